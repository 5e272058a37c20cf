using HadamardNtk.Samples.Tests.Programs;
using Xunit;

namespace HadamardNtk.Samples.Tests;

/// <summary>
/// Names that MathNet.Numerics has too. F# takes what was opened last; C# takes what an alias says.
/// </summary>
public class NameTests
{
    [Fact]
    public void A_program_with_MathNet_names_the_precision_by_an_alias()
    {
        const string Program =
            """
            using HadamardNtk;
            using MathNet.Numerics;
            using MathNet.Numerics.LinearAlgebra;
            using Precision = HadamardNtk.Precision;

            var options = new GramOptions { Precision = Precision.Float32 };
            HadamardNtk.Matrix gram = Network.Parse("dense relu dense").Ntk().Gram(new[,] { { 1.0 } }, options);
            var dense = Matrix<double>.Build.DenseOfArray(gram.ToArray());
            Console.WriteLine($"{options.Precision} {dense[0, 0]:F1}");
            // > Float32 1.0
            """;
        Assert.Equal(ExpectedOutput.Of(Program), CSharpProgram.Run(Program));
    }

    [Fact]
    public void A_script_with_MathNet_opens_the_library_last_or_names_the_precision_by_an_alias()
    {
        const string Last =
            """
            #r "nuget: HadamardNtk"
            open MathNet.Numerics
            open MathNet.Numerics.LinearAlgebra
            open HadamardNtk
            let x = Matrix(array2D [ [ 1.0 ] ])
            printfn "%O %d" (GramOptions(Precision = Precision.Float32)).Precision x.Rows
            """;
        const string First =
            """
            #r "nuget: HadamardNtk"
            open HadamardNtk
            open MathNet.Numerics
            type Precision = HadamardNtk.Precision
            printfn "%O" (GramOptions(Precision = Precision.Float32)).Precision
            """;
        var results = FSharpScripts.Run([new("last", Last), new("first", First)]);
        Assert.Equal(new("Float32 1\n", ""), results["last"]);
        Assert.Equal(new("Float32\n", ""), results["first"]);
    }
}

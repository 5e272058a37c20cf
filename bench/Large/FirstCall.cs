using System.Diagnostics;
using System.Globalization;

namespace HadamardNtk.Bench;

/// <summary>The first call of a process: this program as a child of itself.</summary>
internal static class FirstCall
{
    /// <summary>The word that asks for it.</summary>
    internal const string Word = "first-call";

    /// <summary>Milliseconds of the first matrix of n samples in a fresh process.</summary>
    internal static double Measure(int n, bool isReference)
    {
        var run = ChildProcess.Run(false, typeof(FirstCall).Assembly.Location, Word, $"{n}", isReference ? "reference" : "cpu");
        return double.Parse(run.Output, CultureInfo.InvariantCulture);
    }

    /// <summary>Computes a matrix, prints the milliseconds that it took from the text of the network on.</summary>
    internal static int Run(string[] args)
    {
        var x = Inputs.Normal(int.Parse(args[0], CultureInfo.InvariantCulture), 16);
        var clock = Stopwatch.StartNew();
        Network.Parse(ReferenceFigures.Relu3).Ntk().Gram(x, options: new() { Backend = Backends.Find(args[1]) });
        Console.WriteLine(clock.Elapsed.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}

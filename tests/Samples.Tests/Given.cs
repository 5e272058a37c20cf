namespace HadamardNtk.Samples.Tests;

/// <summary>What examples of the documentation take as given: usings, and variables that one may hide.</summary>
internal static class Given
{
    internal const string Usings =
        """
        using HadamardNtk;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using TorchSharp;
        using static Given;
        """;

    private const string Others =
        """
        using HadamardNtk;
        using Tensor = TorchSharp.torch.Tensor;

        public static class Given
        {
            public static string text = "";
            public static Microsoft.Extensions.Configuration.IConfiguration configuration = null!;
            public static Microsoft.Extensions.DependencyInjection.IServiceCollection services = null!;
            public static ServedModel served = null!;
            public static CancellationToken cancellation;
            public static Network network = null!;
            public static InfiniteKernel kernel = null!;
            public static Matrix targets = null!, gram = null!, pixels = null!, morePixels = null!, others = null!;
            public static long[] labels = null!;
            public static KernelRegression model = null!;
            public static Tensor images = null!;
            public static TorchSharp.torch.nn.Module<Tensor, Tensor> module = null!;

        """;

    /// <summary>The variables of a library. Samples are tensors in that of TorchSharp, else matrices.</summary>
    internal static string Variables(bool isTorch) => isTorch
        ? Others.Replace("Matrix targets = null!, ", "Matrix y = null!, ", StringComparison.Ordinal)
            + "    public static Tensor x = null!, points = null!, targets = null!;\n}\n"
        : Others + "    public static Matrix x = null!, y = null!, points = null!;\n}\n";
}

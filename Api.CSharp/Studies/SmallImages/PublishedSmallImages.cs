namespace HadamardNtk;

/// <summary>Published accuracies on CIFAR-10 by the number of training images, in percent.</summary>
/// <param name="Name">The name in tables and charts.</param>
/// <param name="Statement">What was published, up to the numbers.</param>
/// <param name="Accuracies">The accuracies at <see cref="Sizes"/>.</param>
internal sealed record PublishedSmallImages(string Name, string Statement, IReadOnlyList<double> Accuracies)
{
    internal const string Source =
        "Arora, Du, Li, Salakhutdinov, Wang, Yu: Harnessing the power of infinitely wide deep nets on small-data tasks "
        + "(2020)";

    /// <summary>The numbers of training images.</summary>
    internal static IReadOnlyList<int> Sizes { get; } = [10, 20, 40, 80, 160, 320];

    internal static PublishedSmallImages[] All { get; } =
    [
        new("CNTK-14*", "The CNTK of 14 layers", [15.33, 18.79, 21.34, 25.48, 30.48, 36.57]),
        new("ResNet-34*", "A trained ResNet-34", [14.59, 17.50, 19.52, 23.32, 28.30, 33.15]),
    ];

    /// <summary>The accuracy at n, if one was published.</summary>
    internal double? At(int n) => Sizes.Index().Where(size => size.Item == n)
        .Select(size => (double?)Accuracies[size.Index]).FirstOrDefault();
}

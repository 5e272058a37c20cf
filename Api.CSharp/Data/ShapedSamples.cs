namespace HadamardNtk;

/// <summary>Samples of a file, one row each, and their shape.</summary>
/// <param name="Rows">The samples, n x d. Those of several dimensions are flattened in C order.</param>
/// <param name="Shape">
/// The shape of a sample where the file gives it several dimensions; null for flat rows. An array of shape (n, h, w, c)
/// has images, one of (n, l, c) sequences, and idx files of (n, h, w) have images of one channel.
/// </param>
/// <example><code>
/// var images = DataFile.ReadSamples("images.npy");
/// var network = Network.Parse("conv relu flatten dense").WithShape(images.Shape);    // image(32x32x3) conv relu …
/// </code></example>
public sealed record ShapedSamples(Matrix Rows, SampleShape? Shape);

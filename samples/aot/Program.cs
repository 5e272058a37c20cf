using System.Diagnostics;
using System.Runtime.CompilerServices;
using HadamardNtk;

Console.WriteLine($"code can be made while the program runs: {RuntimeFeature.IsDynamicCodeCompiled}");

// Networks on rows: kernels, a regression with deviations, a saved model.
var network = Network.Parse("hadamard(dense(w=he) relu, dense(w=he) erf) dense");
var random = new Random(1);
Matrix x = Samples(random, 1200, 16);
Matrix y = Samples(random, 1200, 1);
network.Ntk().Gram(x);
var watch = Stopwatch.StartNew();
var gram = network.Ntk().Gram(x);
Console.WriteLine($"Gram matrix of 1200 samples: {watch.ElapsedMilliseconds} ms, K[0, 1] = {gram[0, 1]:R}");
var model = KernelRegression.Fit(network.Ntk(), x, y, new() { Ridge = Ridge.Relative(1e-3) });
var prediction = model.Predict(Samples(random, 1, 16), Uncertainty.Deviation);
Console.WriteLine($"regression: {prediction.Mean[0, 0]:R}, deviation {prediction.Deviation![0]:R}");
var folder = Directory.CreateTempSubdirectory("hntk-aot-").FullName;
model.Save(Path.Combine(folder, "model"));
var loaded = KernelRegression.Load(Path.Combine(folder, "model"));
Console.WriteLine($"loaded again: {loaded.Weights[0, 0] == model.Weights[0, 0]}");

// A study, its files and its report.
var study = ExtrapolationStudy.Run();
StudyFiles.Write(study, Path.Combine(folder, "study"));
HtmlReport.Write(study, Path.Combine(folder, "study", "report.html"));
var files = Directory.GetFiles(Path.Combine(folder, "study"), "*", SearchOption.AllDirectories);
Console.WriteLine($"study: {study.Claims.Count} claims, {files.Length} files");
Directory.Delete(folder, recursive: true);

// Networks on images, and one that is refused.
var images = Network.Parse("image(shape=8x8x1) (conv relu)^2 global_avg_pool dense");
Console.WriteLine($"images: {images.Ntk().Gram(Samples(random, 4, 64))[0, 1]:R}");
try
{
    Network.Parse("hadamard(dense, dense) relu dense").Ntk();
}
catch (NetworkRefusedException refused)
{
    Console.WriteLine($"refused: {refused.Message}");
}

var spectrum = Spectrum.Of(network.Ntk(), x);
Console.WriteLine($"largest eigenvalue of K/n: {spectrum.Values[0]:R}");

static Matrix Samples(Random random, int rows, int columns)
{
    var samples = new double[rows, columns];
    for (var i = 0; i < samples.Length; i++)
    {
        samples[i / columns, i % columns] = 2 * random.NextDouble() - 1;
    }

    return samples;
}

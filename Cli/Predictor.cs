using System.CommandLine;
using System.Globalization;
using HadamardNtk.Cli.Commands;

namespace HadamardNtk.Cli;

/// <summary>A model of a folder that predicts.</summary>
internal abstract class Predictor : IDisposable
{
    /// <summary>The number of features of a sample.</summary>
    internal abstract int? Features { get; }

    /// <summary>The number of outputs.</summary>
    internal abstract int Outputs { get; }

    /// <summary>The classes of a classifier, or null.</summary>
    internal abstract IReadOnlyList<long>? Classes { get; }

    /// <summary>The texts of the classes where they are no integers, which are their places then; or null.</summary>
    internal virtual IReadOnlyList<string>? ClassTexts => null;

    /// <summary>The text of the class that a text of a file stands for.</summary>
    internal virtual string ClassText(string label) => label;

    /// <summary>Reads a model of any kind.</summary>
    /// <param name="folder">The folder of the model.</param>
    /// <param name="parsed">The options.</param>
    /// <param name="backend">The option that names what computes.</param>
    /// <param name="threads">The number of threads.</param>
    internal static Predictor Load(string folder, ParseResult parsed, Option<string> backend, int threads)
    {
        var predictor = LoadAny(folder, parsed, backend, threads);
        RunRecord.Add(Path.Combine(folder, ModelKind.Manifest));
        return predictor;
    }

    private static Predictor LoadAny(string folder, ParseResult parsed, Option<string> backend, int threads) =>
        ModelPlace.KindOf(folder) == ModelKind.Network
            ? NetworkPredictor.Load(
                folder, parsed.GetResult(backend) is { Implicit: false } ? parsed.GetValue(backend)! : "torch", threads)
            : ModelPlace.KindOf(folder) == ModelKind.Gram
                ? GramPredictor.Load(folder, Inputs.Gram(parsed.GetValue(backend)!, threads))
                : KernelPredictor.Load(folder, Inputs.Gram(parsed.GetValue(backend)!, threads));

    /// <summary>Reads the samples to predict at.</summary>
    /// <exception cref="DataFormatException">They are not like those of the training.</exception>
    internal virtual Matrix Read(string file, Notes notes) => Inputs.ReadSamples(file, notes, Features);

    /// <summary>The targets of labels, to which scores are compared; null if they are not comparable.</summary>
    internal abstract Matrix? Targets(long[] labels);

    /// <summary>The scores of samples, with labels if the model is a classifier.</summary>
    internal abstract Classification Predict(
        Matrix x, Uncertainty uncertainty, IProgress<double>? progress, CancellationToken stop);

    /// <summary>The scale of the targets where deviations have the kernel's own; null where they have it.</summary>
    internal virtual double? ForgoneScale(CancellationToken stop) => null;

    /// <summary>Fails if the model has no deviations.</summary>
    /// <param name="option">The option that needs them.</param>
    /// <exception cref="UsageException">It has none.</exception>
    internal virtual void RequireDeviations(string option)
    {
    }

    /// <summary>Fails if the model has no covariance of new samples.</summary>
    /// <param name="option">The option that needs it.</param>
    /// <exception cref="UsageException">It has none.</exception>
    internal virtual void RequireCovariance(string option)
    {
    }

    public virtual void Dispose()
    {
    }
}

/// <summary>A kernel regression or classifier that predicts.</summary>
internal sealed class KernelPredictor(IFittedModel fitted, GramOptions options) : Predictor
{
    private readonly KernelClassifier? _classifier = (fitted as ILabelClassifier)?.Places ?? fitted as KernelClassifier;

    /// <summary>The regression, or that of the classifier.</summary>
    internal KernelRegression Regression => fitted.Regression;

    /// <summary>The classifier of integers, or of the places of texts; null for a regression.</summary>
    internal KernelClassifier? Classifier => _classifier;

    /// <summary>The options of kernels.</summary>
    internal GramOptions Options => options;

    internal override int? Features => fitted.Regression.Features;

    internal override int Outputs => fitted.Regression.Weights.Columns;

    internal override IReadOnlyList<long>? Classes => _classifier?.Classes;

    internal override IReadOnlyList<string>? ClassTexts => (fitted as ILabelClassifier)?.Texts;

    internal override string ClassText(string label) => fitted is ILabelClassifier { AreNumbers: true }
        && double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? LabelText.Of(number)
            : label;

    internal static KernelPredictor Load(string folder, GramOptions options)
    {
        var model = FittedModel.Load(folder);
        var kernel = model.Regression.Kernel;
        RunRecord.Keep(kernel.Network.ToString(), kernel.Kind);
        return new(model, options);
    }

    internal override Matrix? Targets(long[] labels) => _classifier?.Targets(labels);

    internal override double? ForgoneScale(CancellationToken stop) =>
        ScaleNote.Forgone(fitted.Regression, options, stop);

    // The predictions of a regression are scores without labels.
    internal override Classification Predict(
        Matrix x, Uncertainty uncertainty, IProgress<double>? progress, CancellationToken stop)
    {
        var used = options with { Progress = progress };
        if (_classifier is not null)
        {
            return _classifier.Predict(x, uncertainty, used, stop);
        }

        var posterior = fitted.Regression.Predict(x, uncertainty, used, stop);
        return new([], posterior.Mean, posterior.Deviation) { Posterior = posterior };
    }
}

/// <summary>
/// A model on a given Gram matrix that predicts. Its samples are rows of kernels with the training samples.
/// </summary>
internal sealed class GramPredictor(GramRegression fitted, GramClassifier? classifier, GramOptions options) : Predictor
{
    internal override int? Features => null;

    internal override int Outputs => fitted.Weights.Columns;

    internal override IReadOnlyList<long>? Classes => classifier?.Classes;

    /// <summary>The kernels of the new samples with themselves, if they are given.</summary>
    internal double[]? Diagonal { get; set; }

    internal static GramPredictor Load(string folder, GramOptions options)
    {
        var loaded = GramModelFolder.Load(folder, default);
        RunRecord.Keep(loaded.Regression.Network, loaded.Regression.Kind);
        return new(loaded.Regression, loaded.Classifier, options);
    }

    internal override Matrix Read(string file, Notes notes)
    {
        RequireSame(file);
        var cross = notes.Looked(file, InputFiles.Read(file)).AsMatrix();
        RunRecord.Add(file, cross.Rows, cross.Columns);
        var samples = fitted.Weights.Rows;
        return cross.Columns == samples
            ? cross
            : throw new DataFormatException(
                file, $"{samples} columns, the kernels with each of the training samples", $"{cross.Columns}",
                "compute it by gram with --x2 of the training samples");
    }

    internal override Matrix? Targets(long[] labels) => classifier?.Targets(labels);

    internal override double? ForgoneScale(CancellationToken stop) => ScaleNote.Forgone(fitted, options, stop);

    internal override Classification Predict(
        Matrix x, Uncertainty uncertainty, IProgress<double>? progress, CancellationToken stop)
    {
        var used = options with { Progress = progress };
        if (classifier is not null)
        {
            return classifier.Predict(x, uncertainty == Uncertainty.None ? null : Diagonal, used, stop);
        }

        var posterior = fitted.Predict(x, uncertainty == Uncertainty.None ? null : Diagonal, used, stop);
        return new([], posterior.Mean, posterior.Deviation) { Posterior = posterior };
    }

    internal override void RequireDeviations(string option)
    {
        if (Diagonal is null)
        {
            throw new UsageException(
                $"{option} needs --diagonal here, the kernels of the new samples with themselves; name it, or leave "
                + $"{option} out.");
        }
    }

    internal override void RequireCovariance(string option) => throw new UsageException(
        $"{option} needs the kernels of the new samples with each other, which a model of --gram is not given; "
        + "ask for --std, or fit with --net.");

    private void RequireSame(string file)
    {
        try
        {
            fitted.Origin.RequireSame(GivenGram.OriginOf(file));
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{file}: {e.Message}", e);
        }
    }
}

/// <summary>A trained network that predicts.</summary>
internal sealed class NetworkPredictor(TrainedNetwork trained) : Predictor
{
    internal override int? Features => trained.Module.Features;

    internal override int Outputs => trained.Module.Outputs;

    internal override IReadOnlyList<long>? Classes => trained.Classes;

    internal static NetworkPredictor Load(string folder, string backend, int threads)
    {
        var device = KnownBackends.Device(backend);
        RunRecord.Current.Backend = backend;
        TorchSharp.torch.set_num_threads(threads);
        var trained = TrainedNetwork.Load(folder, device);
        RunRecord.Keep(trained.Module.Network.ToString(), null);
        return new(trained);
    }

    // Scores of a softmax or logistic loss have no targets.
    internal override Matrix? Targets(long[] labels) => null;

    internal override Classification Predict(
        Matrix x, Uncertainty uncertainty, IProgress<double>? progress, CancellationToken stop) =>
        trained.Classes is null ? new([], trained.Predict(x, stop)) : trained.Classify(x, stop);

    internal override void RequireDeviations(string option) => throw new UsageException(
        $"{option} goes with a model of fit, which is a Gaussian process; a trained network has no posterior "
        + "deviations; leave it out.");

    public override void Dispose() => trained.Dispose();
}

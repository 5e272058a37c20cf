using TorchSharp;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// The checkpoint of a training of a module: the state, and the module and the optimizer in TorchSharp's formats.
/// </summary>
internal sealed class TrainingCheckpoint(
    string path, torch.nn.Module<Tensor, Tensor> module, OptimizerHelper optimizer, RunDescription run)
{
    private readonly CheckpointFile _file = new(path, "hntk-tr2"u8.ToArray(), run);

    /// <summary>Everything on which the bits of a training depend.</summary>
    internal static RunDescription Describe(
        torch.nn.Module<Tensor, Tensor> module,
        LabelledTensors training,
        LabelledTensors? validation,
        ModuleTrainingOptions options) => new(
        [
            ("module", Describe(module)),
            ("loss", options.Loss.ToString().ToLowerInvariant()),
            ("optimizer", options.Optimizer.ToString()),
            ("schedule", options.Schedule.ToString()),
            ("length", options.Schedule.UsesLength ? $"{options.Epochs} epochs" : "any"),
            ("batch", options.BatchSize?.ToString() ?? "all samples"),
            ("seed", options.Seed.ToString()),
            ("report", options.ReportEvery?.ToString() ?? "by the number of epochs"),
            ("early stopping", options.EarlyStopping?.ToString() ?? "none"),
            ("samples", Print(training.X)),
            ("targets", Print(training.Y)),
            ("validation samples", validation is null ? "none" : Print(validation.X)),
            ("validation targets", validation is null ? "none" : Print(validation.Y)),
            ("device", training.X.device.ToString()),
            ("threads", torch.get_num_threads().ToString()),
        ]);

    // Networks of other activations may have the same parameters, and a linearization has those of its base besides.
    private static string Describe(torch.nn.Module module) => module switch
    {
        NetworkModule network => $"network {network.Network}, {Print(module)}",
        LinearizedModule { Base: var from } => $"linearization of {Describe(from)}, changes {Print(module)}",
        _ => $"{module.GetType().Name} of {string.Join(", ", Parts(module))}, {Print(module)}",
    };

    private static IEnumerable<string> Parts(torch.nn.Module module) => module.named_modules()
        .Select(part => $"{part.name} {part.module.GetType().Name}")
        .Concat(module.named_parameters().Select(p =>
            $"{p.name} [{MessageText.Shape(p.parameter.shape)}] {p.parameter.dtype}"
            + (p.parameter.requires_grad ? "" : " frozen")));

    private static string Print(torch.nn.Module module) =>
        $"SHA-256 {Convert.ToHexStringLower(ParameterChange.Print(module))}";

    /// <summary>The parameters and buffers of a module, in TorchSharp's format.</summary>
    internal static byte[] Parameters(torch.nn.Module module)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        module.save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Gives a module its parameters and buffers back.</summary>
    internal static void SetParameters(torch.nn.Module module, byte[] parameters)
    {
        using var reader = new BinaryReader(new MemoryStream(parameters));
        module.load(reader);
    }

    /// <summary>Writes the checkpoint, whole or not at all.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    internal void Save(TrainingState state, double seconds) => _file.Save(writer =>
    {
        writer.Write(state.Step);
        writer.Write(seconds);
        writer.Write(state.Best);
        CheckpointFile.WritePart(writer, state.BestParameters ?? []);
        writer.Write(state.Points.Count);
        state.Points.ForEach(point => Write(writer, point));
        module.save(writer);
        optimizer.save_state_dict(writer);
    });

    /// <summary>Restores the state of a checkpoint. The result is false if there is none.</summary>
    /// <exception cref="OutputException">It is damaged, or that of another training.</exception>
    internal bool Load(TrainingState state) => _file.TryLoad(reader =>
    {
        Read(reader, state);
        module.load(reader);
        optimizer.load_state_dict(reader);
    });

    /// <inheritdoc cref="CheckpointFile.RequireWritable"/>
    internal void RequireWritable(bool isResumed) => _file.RequireWritable(isResumed);

    /// <inheritdoc cref="CheckpointFile.RequireAtMost"/>
    internal void RequireAtMost(long steps, long done) => _file.RequireAtMost(steps, done);

    /// <inheritdoc cref="CheckpointFile.Delete"/>
    internal void Delete() => _file.Delete();

    private static string Print(Tensor values) =>
        $"[{MessageText.Shape(values.shape)}] {values.dtype}, "
        + $"SHA-256 {Convert.ToHexStringLower(ParameterChange.Print(values))}";

    private static void Read(BinaryReader reader, TrainingState state)
    {
        state.Step = reader.ReadInt64();
        state.Seconds = reader.ReadDouble();
        state.Best = reader.ReadInt32();
        state.BestParameters = CheckpointFile.ReadPart(reader) is { Length: > 0 } best ? best : null;
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            state.Points.Add(ReadPoint(reader));
        }
    }

    private static void Write(BinaryWriter writer, ModuleTrainingPoint point)
    {
        writer.Write(point.Epoch);
        writer.Write(point.Step);
        double[] numbers =
        [
            point.LearningRate, point.Loss, point.Accuracy ?? double.NaN, point.ValidationLoss ?? double.NaN,
            point.ValidationAccuracy ?? double.NaN, point.Seconds,
        ];
        Array.ForEach(numbers, writer.Write);
    }

    private static ModuleTrainingPoint ReadPoint(BinaryReader reader)
    {
        var (epoch, step) = (reader.ReadInt64(), reader.ReadInt64());
        var numbers = Enumerable.Range(0, 6).Select(_ => reader.ReadDouble()).ToArray();
        double? Known(int k) => double.IsNaN(numbers[k]) ? null : numbers[k];
        return new(epoch, step, numbers[0], numbers[1], Known(2), Known(3), Known(4), numbers[5]);
    }
}

using System.Buffers.Binary;
using TorchSharp;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// The file of a training that may be resumed, all little-endian: the magic, the description of the run, the state, the
/// module and the optimizer in TorchSharp's formats, and a CRC-32C of all that. It is replaced as a whole. Modules are
/// written and read as they are, since they may be larger than one array.
/// </summary>
internal sealed class TrainingCheckpoint(
    string path, torch.nn.Module<Tensor, Tensor> module, OptimizerHelper optimizer, RunDescription run)
{
    private static readonly byte[] Magic = "hntk-tr2"u8.ToArray();

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
    internal void Save(TrainingState state, double seconds)
    {
        using var file = PartialFile.Create(path, 0);
        using var stream = new PartialStream(file);
        using var summed = new SummedStream(stream);
        using var buffered = new BufferedStream(summed, 1 << 20);
        using var writer = new BinaryWriter(buffered);
        writer.Write(Magic);
        Part(writer, run.Bytes);
        writer.Write(state.Step);
        writer.Write(seconds);
        writer.Write(state.Best);
        Part(writer, state.BestParameters ?? []);
        writer.Write(state.Points.Count);
        state.Points.ForEach(point => Write(writer, point));
        module.save(writer);
        optimizer.save_state_dict(writer);
        writer.Flush();
        writer.Write(summed.Sum);
        writer.Flush();
        file.Commit(stream.Length);
    }

    /// <summary>Restores the state of a checkpoint. The result is false if there is none.</summary>
    /// <exception cref="OutputException">It is damaged, or that of another training.</exception>
    internal bool Load(TrainingState state)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var stream = File.OpenRead(path);
        if (!IsWhole(stream))
        {
            throw Refusal("a checkpoint as it was written", "a damaged or another file");
        }

        stream.Position = Magic.Length;
        using var reader = new BinaryReader(stream);
        if (run.Difference(RunDescription.Parse(Part(reader))) is var (name, here, there))
        {
            throw Refusal($"the {name} of this training, {here}", there);
        }

        Read(reader, state);
        module.load(reader);
        optimizer.load_state_dict(reader);
        return true;
    }

    /// <summary>Fails at once if the file cannot be written, or is one that this training may not replace.</summary>
    /// <exception cref="OutputException">It is so.</exception>
    internal void RequireWritable(bool isResumed)
    {
        PartialFile.Create(path, 0).Dispose();
        if (File.Exists(path) && !isResumed)
        {
            throw Refusal("no file yet, without resuming", "a file");
        }
    }

    /// <summary>Fails if a resumed training is longer already than it is meant to be.</summary>
    /// <exception cref="OutputException">It is.</exception>
    internal void RequireAtMost(long steps, long done)
    {
        if (done > steps)
        {
            throw Refusal($"a training of at most {steps} steps", $"one of {done}");
        }
    }

    /// <summary>Deletes the checkpoint of a training that has ended.</summary>
    internal void Delete() => File.Delete(path);

    private static string Print(Tensor values) =>
        $"[{MessageText.Shape(values.shape)}] {values.dtype}, "
        + $"SHA-256 {Convert.ToHexStringLower(ParameterChange.Print(values))}";

    // Whether a file begins with the magic and ends with the checksum of all before.
    private static bool IsWhole(FileStream stream)
    {
        var (left, sum, block) = (stream.Length - sizeof(uint), 0u, new byte[1 << 20]);
        if (left < Magic.Length || !DataSource.Head(stream, Magic.Length).AsSpan().SequenceEqual(Magic))
        {
            return false;
        }

        for (; left > 0; left -= block.Length)
        {
            var part = block.AsSpan(0, (int)Math.Min(left, block.Length));
            stream.ReadExactly(part);
            sum = Checksum.Of(part, sum);
        }

        stream.ReadExactly(block, 0, sizeof(uint));
        return sum == BinaryPrimitives.ReadUInt32LittleEndian(block);
    }

    private static void Part(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] Part(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());

    private static void Read(BinaryReader reader, TrainingState state)
    {
        state.Step = reader.ReadInt64();
        state.Seconds = reader.ReadDouble();
        state.Best = reader.ReadInt32();
        state.BestParameters = Part(reader) is { Length: > 0 } best ? best : null;
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

    private OutputException Refusal(string expected, string came) => new(
        OutputFault.CannotResume, path, expected, came, $"delete {path}, or do not resume");
}

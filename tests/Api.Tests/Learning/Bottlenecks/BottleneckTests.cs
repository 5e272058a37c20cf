using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Trainings of networks with bottlenecks: their records, their refusals and their checkpoints.</summary>
public sealed class BottleneckTests : DataFolder
{
    private const string Text = "dense(w=1.41421356) relu dense bottleneck(width=2) dense(w=1.41421356) erf dense";

    private static readonly Network Net = Network.Parse(Text);
    private static readonly Matrix X = Samples.Random(9, 3, 1);
    private static readonly Matrix Y = Samples.Random(9, 2, 2);
    private static readonly Matrix Signs = Matrix.Wrap([1, -1, 1, 1, -1, -1, 1, -1, 1], 9, 1);
    private static readonly Matrix Test = Samples.Random(4, 3, 3);

    private static BottleneckOptions Small { get; } = new() { Steps = 20, RecordEvery = 5, HeadWidth = 48, TestSamples = Test };

    public static TheoryData<BottleneckMode> Modes => [BottleneckMode.Hybrid, BottleneckMode.History];

    [Fact]
    public void A_network_is_cut_at_its_bottlenecks()
    {
        var network = BottleneckNetwork.Of(Network.Parse("dense relu dense bottleneck(width=3) dense erf dense bottleneck(width=2) dense dense(b=1)"));
        Assert.Equal("dense relu dense", network.Features.ToString());
        Assert.Equal(["dense erf dense", "dense dense(b=1)"], network.Heads.Select(head => head.ToString()));
        Assert.Equal([3, 2], network.Widths);
        Assert.Equal("dense relu dense dense erf dense dense dense(b=1)", network.Joined.ToString());
        Assert.Equal("dense relu dense(width=3) dense erf dense(width=2) dense dense(b=1,width=4)", network.Finite(4).ToString());
    }

    [Theory]
    [InlineData("dense relu dense", "it has no bottleneck")]
    [InlineData("dense relu bottleneck(width=2) dense relu dense", "put a dense before it")]
    [InlineData("hadamard(dense, dense) bottleneck(width=2) dense relu dense", "put a dense before it")]
    [InlineData("dense(width=3) bottleneck(width=2) dense relu dense", "put a dense before it")]
    [InlineData("dense bottleneck(width=2) dense", "has one hidden layer")]
    [InlineData("dense bottleneck(width=2) dense relu dense relu dense", "has one hidden layer")]
    [InlineData("dense bottleneck(width=2) hadamard(dense, dense) dense", "has one hidden layer")]
    [InlineData("dense bottleneck(width=2) dense relu", "has one hidden layer")]
    [InlineData("dense bottleneck(width=2) dense relu dense(param=standard)", "standard parameterization")]
    [InlineData("dense sum(dense, dense bottleneck(width=2)) dense", "it stands inside a sum")]
    [InlineData("let p = dense in p dense bottleneck(width=2) p relu dense", "share its weights")]
    [InlineData("hadamard(dense relu, identity, identity) dense bottleneck(width=2) dense relu dense", "channels that are not alike meet")]
    public void Networks_without_this_limit_are_refused_with_the_reason(string text, string reason)
    {
        var refused = Assert.Throws<NetworkRefusedException>(() => BottleneckNetwork.Of(Network.Parse(text)));
        Assert.Contains(reason, refused.Message);
        Assert.Throws<NetworkRefusedException>(() => BottleneckRun.Train(Network.Parse(text), X, Y, Small));
    }

    [Fact]
    public void A_head_without_a_gradient_is_trained_at_finite_width_alone()
    {
        var tanh = Network.Parse("dense bottleneck(width=2) dense tanh dense");
        var refused = Assert.Throws<NetworkRefusedException>(() => BottleneckRun.Train(tanh, X, Y, Small with { Mode = BottleneckMode.History }));
        Assert.Contains("no closed form", refused.Message);
        Assert.True(BottleneckRun.Train(tanh, X, Y, Small).Records[^1].Loss < 1);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Its_records_tell_the_training(BottleneckMode mode)
    {
        var run = BottleneckRun.Train(Net, X, Y, Small with { Mode = mode, TestTargets = Samples.Random(4, 2, 7) });
        Assert.Equal([0, 5, 10, 15, 20], run.Records.Select(r => r.Step));
        Assert.All(run.Records, r =>
        {
            Assert.Equal((13, 2), (r.Predictions.Rows, r.Predictions.Columns));
            Assert.Equal((13, 2), (r.Embeddings.Rows, r.Embeddings.Columns));
            Assert.Null(r.Accuracy);
            var f = r.Predictions.SelectRows(0, 9);
            Assert.Equal(Metrics.Rmse(f, Y) * Metrics.Rmse(f, Y) / 2, r.Loss, 1e-13);
            var test = Metrics.Rmse(r.Predictions.SelectRows(9, 4), Samples.Random(4, 2, 7));
            Assert.Equal(test * test / 2, r.TestLoss!.Value, 1e-13);
        });
        Assert.Equal(0, run.Records[0].Motion);
        Assert.True(run.Records[^1].Loss < run.Records[0].Loss && run.Records[^1].JoinedLoss < run.Records[0].JoinedLoss);
        Assert.Equal(run.Records[0].Predictions.Data, run.Records[0].JoinedPredictions!.Data);
        Assert.Equal(Enumerable.Range(0, 9), run.TrainingPlaces);
    }

    [Fact]
    public void Classes_have_an_accuracy()
    {
        var run = BottleneckRun.Train(Net, X, Signs, Small with { Loss = Loss.Logistic, Steps = 300, LabelScale = 1 });
        var f = run.Records[^1].Predictions;
        Assert.Equal(Enumerable.Range(0, 9).Average(i => f[i, 0] * Signs[i, 0] > 0 ? 1.0 : 0), run.Records[^1].Accuracy);
        var rows = Matrix.Wrap([.. Signs.Data.SelectMany(s => s > 0 ? new double[] { 1, 0 } : [0, 1])], 9, 2);
        var last = BottleneckRun.Train(Net, X, rows, Small with { Loss = Loss.Softmax }).Records[^1];
        bool IsFirst(Matrix outputs, int i) => outputs[i, 0] > outputs[i, 1];
        Assert.Equal(
            Enumerable.Range(0, 9).Average(i => IsFirst(last.Predictions, i) == IsFirst(rows, i) ? 1.0 : 0), last.Accuracy);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Test_samples_ride_along_and_change_nothing(BottleneckMode mode)
    {
        var with = BottleneckRun.Train(Net, X, Y, Small with { Mode = mode });
        var without = BottleneckRun.Train(Net, X, Y, Small with { Mode = mode, TestSamples = null });
        Assert.Equal(without.Records[^1].Predictions.Data, with.Records[^1].Predictions.SelectRows(0, 9).Data);
        var twins = BottleneckRun.Train(Net, X, Y, Small with { Mode = mode, TestSamples = X });
        var all = twins.Records[^1].Predictions;
        Samples.Near(all.SelectRows(0, 9), all.SelectRows(9, 9), 1e-6);
    }

    [Fact]
    public void The_network_without_bottlenecks_learns_in_its_parts_at_their_rates()
    {
        var first = BottleneckRun.Train(Net, X, Y, Small).Records[0].Predictions;
        Matrix Moved(double head, double feature)
        {
            var run = BottleneckRun.Train(Net, X, Y, Small with { Steps = 1, HeadRate = head, FeatureRate = feature });
            Assert.Equal(first.Data, run.Records[0].JoinedPredictions!.Data);
            return Matrix.Wrap([.. run.Records[1].JoinedPredictions!.Data.Zip(first.Data, (a, b) => a - b)], 13, 2);
        }

        var (both, head, feature, uneven) = (Moved(0.1, 0.1), Moved(0.1, 0), Moved(0, 0.1), Moved(0.2, 0.1));
        var slope = Matrix.Wrap([.. first.SelectRows(0, 9).Data.Zip(Y.Data, (f, y) => -0.1 * (f - y) / 18)], 9, 2);
        var expected = BottleneckNetwork.Of(Net).Joined.Ntk().Multiply(Matrix.Wrap([.. X.Data, .. Test.Data], 13, 3), slope, X);
        for (var k = 0; k < 26; k++)
        {
            Assert.Equal(expected.Data[k], both.Data[k], 1e-13);
            Assert.Equal(both.Data[k], head.Data[k] + feature.Data[k], 1e-13);
            Assert.Equal(uneven.Data[k], (2 * head.Data[k]) + feature.Data[k], 1e-13);
        }

        Assert.Contains(head.Data, v => Math.Abs(v) > 1e-3);
        Assert.Contains(feature.Data, v => Math.Abs(v) > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void The_bits_do_not_depend_on_the_threads(BottleneckMode mode)
    {
        BottleneckRun Run(int threads) => BottleneckRun.Train(
            Net, X, Y, Small with { Mode = mode, HeadWidth = 700, Gram = new() { Threads = threads } });
        Same(Run(1), Run(3));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_training_that_was_stopped_goes_on_to_the_same_bits(BottleneckMode mode)
    {
        var options = Small with { Mode = mode, Checkpoint = Place("run.ckpt"), CheckpointEvery = TimeSpan.Zero, LabelScale = 4 };
        var whole = BottleneckRun.Train(Net, X, Y, options with { Checkpoint = null });
        using var stop = new CancellationTokenSource();
        var halfway = new Told(part => { if (part > (mode == BottleneckMode.Hybrid ? 0.6 : 0.4)) { stop.Cancel(); } });
        Assert.ThrowsAny<OperationCanceledException>(() => BottleneckRun.Train(Net, X, Y, options, halfway, stop.Token));
        Assert.True(File.Exists(Place("run.ckpt")));
        Assert.Throws<OutputException>(() => BottleneckRun.Train(Net, X, Y, options));
        var other = Assert.Throws<OutputException>(() => BottleneckRun.Train(Net, X, Y, options with { Resume = true, Seed = 2 }));
        Assert.Contains("the seed of this training, 2", other.Message);
        Same(whole, BottleneckRun.Train(Net, X, Y, options with { Resume = true }));
        Assert.False(File.Exists(Place("run.ckpt")));
    }

    [Fact]
    public void A_training_that_ends_where_it_was_stopped_has_a_record_of_its_end()
    {
        var options = Small with { RecordEvery = 100, Checkpoint = Place("run.ckpt"), CheckpointEvery = TimeSpan.Zero };
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(
            () => BottleneckRun.Train(Net, X, Y, options, new Told(_ => stop.Cancel()), stop.Token));
        var resumed = BottleneckRun.Train(Net, X, Y, options with { Steps = 1, Resume = true });
        Assert.Equal([0, 1], resumed.Records.Select(record => record.Step));
        Same(BottleneckRun.Train(Net, X, Y, options with { Steps = 1 }), resumed);
    }

    [Fact]
    public void A_training_of_another_backend_or_build_is_not_resumed()
    {
        var options = Small with { Checkpoint = Place("run.ckpt"), KeepCheckpoint = true };
        BottleneckRun.Train(Net, X, Y, options);
        var reference = options with { Resume = true, Gram = new() { Backend = Backends.Reference } };
        Assert.Contains("the backend of this training", Assert.Throws<OutputException>(() => BottleneckRun.Train(Net, X, Y, reference)).Message);
        Assert.Contains(("program", ProgramIdentity.Build), Described(Small).Fields);
    }

    [Fact]
    public void A_checkpoint_cannot_name_a_custom_activation()
    {
        var custom = Network.Parse("dense cube dense bottleneck(width=2) dense erf dense", [Activation.Custom("cube", x => x * x * x)]);
        Assert.Contains("custom activation", Assert.Throws<NotSupportedException>(
            () => BottleneckRun.Train(custom, X, Y, Small with { Steps = 1, Checkpoint = Place("run.ckpt") })).Message);
        Assert.Equal(2, BottleneckRun.Train(custom, X, Y, Small with { Steps = 1 }).Records.Count);
        Assert.Empty(Names());
    }

    [Fact]
    public void A_description_does_not_depend_on_the_culture()
    {
        var (before, options) = (CultureInfo.CurrentCulture, Small with { HeadRate = 0.5, Seed = -2 });
        var expected = Described(options).Text;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "~");
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.Equal(expected, Described(options).Text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static RunDescription Described(BottleneckOptions options) =>
        BottleneckDescription.Of(BottleneckNetwork.Of(Net), X, Y, null, options);

    [Fact]
    public void A_field_that_another_run_alone_has_is_a_difference()
    {
        var (less, more) = (new RunDescription([("a", "1")]), new RunDescription([("a", "1"), ("b", "2")]));
        Assert.Equal(("b", "2", "(none)"), more.Difference(less));
        Assert.Equal(("b", "(none)", "2"), less.Difference(more));
        Assert.Null(more.Difference(more));
    }

    [Fact]
    public unsafe void More_numbers_than_a_span_has_bytes_are_written()
    {
        // Zeros that take no memory until they are written to.
        const int Count = 1 << 28;
        var zeros = NativeMemory.AllocZeroed(Count, sizeof(double));
        try
        {
            using var writer = new BinaryWriter(Stream.Null);
            CheckpointFile.WriteNumbers(writer, new ReadOnlySpan<double>(zeros, Count));
        }
        finally
        {
            NativeMemory.Free(zeros);
        }
    }

    [Fact]
    public void Numbers_of_several_blocks_are_read_as_they_were_written()
    {
        double[] numbers = [.. Enumerable.Range(0, (1 << 20) + 3).Select(i => (double)i)], read = new double[numbers.Length];
        using var stream = new MemoryStream();
        CheckpointFile.WriteNumbers(new(stream), numbers);
        stream.Position = 0;
        CheckpointFile.ReadNumbers(new(stream), read);
        Assert.Equal(numbers, read);
        Assert.Throws<EndOfStreamException>(() => CheckpointFile.ReadNumbers(new(stream), read));
    }

    [Fact]
    public void A_start_decides_the_width_of_the_heads()
    {
        var network = BottleneckNetwork.Of(Net);
        var options = Small with { Start = BottleneckStart.OfFinite(network, X, 2, 9, 1), TestSamples = null, Steps = 1 };
        Same(BottleneckRun.Train(Net, X, Y, options), BottleneckRun.Train(Net, X, Y, options with { HeadWidth = int.MaxValue }));
        Assert.Equal(
            BottleneckRun.RequiredBytes(network, 9, 2, options), BottleneckRun.RequiredBytes(network, 9, 2, options with { HeadWidth = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => BottleneckRun.RequiredBytes(network, 9, 2, Small with { RecordEvery = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("n", () => BottleneckRun.RequiredBytes(network, 0, 2, Small));
    }

    [Fact]
    public void A_training_may_be_made_longer()
    {
        var options = Small with { Checkpoint = Place("run.ckpt"), KeepCheckpoint = true, Resume = true };
        BottleneckRun.Train(Net, X, Y, options with { Steps = 10 });
        Same(BottleneckRun.Train(Net, X, Y, Small), BottleneckRun.Train(Net, X, Y, options));
        var shorter = Assert.Throws<OutputException>(() => BottleneckRun.Train(Net, X, Y, options with { Steps = 10 }));
        Assert.Contains("at most 10 steps", shorter.Message);
    }

    [Fact]
    public void The_end_of_a_shorter_training_is_no_record_of_a_longer_one()
    {
        var options = Small with { RecordEvery = 4, Checkpoint = Place("run.ckpt"), KeepCheckpoint = true, Resume = true };
        Assert.Equal([0, 4, 8, 10], BottleneckRun.Train(Net, X, Y, options with { Steps = 10 }).Records.Select(r => r.Step));
        Same(BottleneckRun.Train(Net, X, Y, Small with { RecordEvery = 4 }), BottleneckRun.Train(Net, X, Y, options));
    }

    [Fact]
    public void Divided_steps_count_in_the_memory_of_a_history()
    {
        var options = Small with { Steps = 3_000_000, RecordEvery = 3_000_000, Mode = BottleneckMode.History, TrainJoined = false };
        var calm = BottleneckRun.Train(Net, X, Y, Small).HeadRate;
        Assert.InRange(BottleneckRun.RequiredBytes(BottleneckNetwork.Of(Net), 9, 2, options), 1, (long)8e9);
        var refused = Assert.Throws<ArgumentException>(() => BottleneckRun.Train(Net, X, Y, options with { HeadRate = 300 * calm }));
        Assert.Contains("of memory", refused.Message);
    }

    [Fact]
    public void A_singular_start_does_not_depend_on_the_test_samples()
    {
        var linear = Network.Parse("dense bottleneck(width=2) dense erf dense");
        Matrix x = Samples.Random(60, 8, 5), y = Samples.Random(60, 1, 6);
        Matrix Start(Matrix? test) => BottleneckRun.Train(
            linear, x, y, new() { Steps = 1, HeadWidth = 8, TestSamples = test, KeepKernels = false }).Start.Embeddings;
        Assert.Equal(Start(null).Data, Start(Samples.Random(3000, 8, 7)).SelectRows(0, 60).Data);
    }

    [Fact]
    public void Targets_that_are_no_classes_have_no_accuracy()
    {
        double? Of(double[] y) => BottleneckRun.Train(
            Net, X, Matrix.Wrap(y, 9, 1), Small with { Steps = 1, TestTargets = Matrix.Wrap([1, -1, 1, 1], 4, 1) }).Records[0].TestAccuracy;
        Assert.Null(Of([.. Enumerable.Repeat(3.0, 9)]));
        Assert.Null(Of([.. Signs.Data.Select(s => s > 0 ? 2.0 : -1)]));
        Assert.NotNull(Of([.. Signs.Data.Select(s => 2 * s)]));
    }

    [Fact]
    public void Steps_are_divided_where_they_would_be_unstable()
    {
        var calm = BottleneckRun.Train(Net, X, Y, Small);
        var fast = Small with { HeadRate = 20 * calm.HeadRate };
        var run = BottleneckRun.Train(Net, X, Y, fast);
        Assert.True(run.Records[0].Curvature > 10 && run.Records[0].Parts >= 8);
        Assert.True(run.Records.Zip(run.Records.Skip(1)).All(pair => pair.Second.Loss < pair.First.Loss));
        var refused = Assert.Throws<ArgumentException>(() => BottleneckRun.Train(Net, X, Y, fast with { StepControl = false }));
        Assert.Contains("2 is the limit", refused.Message);
        Assert.Throws<StepsTooLongException>(() => BottleneckRun.Train(Net, X, Y, fast with { HeadRate = 1e6 * calm.HeadRate }));
        Assert.Equal(1, calm.Records[0].Curvature, 1e-9);
    }

    [Fact]
    public void Bad_input_is_refused_with_what_was_expected()
    {
        void Refused(string part, BottleneckOptions options, Matrix? x = null, Matrix? y = null) =>
            Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(() => BottleneckRun.Train(Net, x ?? X, y ?? Y, options)).Message);
        Refused("one target row for each of the 9 samples", Small, y: Samples.Random(8, 2, 2));
        Refused("finite numbers", Small, x: Matrix.Wrap([double.NaN, .. X.Data.Skip(1)], 9, 3));
        Refused("at least 1 step", Small with { Steps = 0 });
        Refused("at least 1 step between records", Small with { RecordEvery = 0 });
        Refused("width at least 1", Small with { HeadWidth = 0 });
        Refused("rate of the heads", Small with { HeadRate = -1 });
        Refused("rate of g", Small with { FeatureRate = double.NaN });
        Refused("a learning rate above 0", Small with { HeadRate = 0 });
        Refused("output multiplier", Small with { OutputMultiplier = 0 });
        Refused("label scale", Small with { LabelScale = double.PositiveInfinity });
        Refused("label scale 1 with the logistic loss", Small with { Loss = Loss.Logistic, LabelScale = 2 }, y: Signs);
        Refused("a finite loss at the start", Small with { LabelScale = 1e200 });
        Refused("parameters", Small with { HeadWidth = int.MaxValue });
        Refused("-1 and 1", Small with { Loss = Loss.Logistic });
        Refused("a checkpoint to resume from", Small with { Resume = true });
        Refused("test samples of 3 features", Small with { TestSamples = Samples.Random(4, 2, 3) });
        Refused("test samples with the test targets", Small with { TestSamples = null, TestTargets = Y });
        Refused("test targets of 4 x 2", Small with { TestTargets = Y });
        Refused("a start of this network at 13 samples", Small with { Start = BottleneckStart.OfFinite(BottleneckNetwork.Of(Net), X, 2, 9, 1) });
        Refused("of memory", Small with { Steps = int.MaxValue, RecordEvery = int.MaxValue, Mode = BottleneckMode.History });
        var ends = Network.Parse(Text.Replace("erf dense", "erf dense(width=3)"));
        Assert.Contains("ends in dense(width=3)", Assert.Throws<ArgumentException>(() => BottleneckRun.Train(ends, X, Y, Small)).Message);
    }

    [Fact]
    public void A_run_without_kernels_has_none_and_kernels_are_of_outputs_that_exist()
    {
        var run = BottleneckRun.Train(Net, X, Y, Small with { KeepKernels = false });
        Assert.Throws<InvalidOperationException>(() => run.Records[0].Kernel());
        var kept = BottleneckRun.Train(Net, X, Y, Small);
        Assert.Throws<ArgumentOutOfRangeException>("output", () => kept.Records[0].Kernel(2));
        Assert.Contains("from 0 to 12", Assert.Throws<ArgumentOutOfRangeException>(() => kept.Records[0].Kernel().Gram([13])).Message);
        Assert.Equal(13, kept.Records[0].Kernel().Size);
    }

    [Fact]
    public void The_start_of_a_finite_network_is_that_network()
    {
        var network = BottleneckNetwork.Of(Net);
        var start = BottleneckStart.OfFinite(network, X, 2, 40, 5);
        var run = BottleneckRun.Train(Net, X, Y, Small with { Start = start, TestSamples = null });
        var finite = FiniteNetwork.Create(network.Finite(2), 40, 3, 5).Outputs(X);
        Samples.Near(finite, run.Records[0].Predictions, 1e-13);
    }

    private static void Same(BottleneckRun a, BottleneckRun b)
    {
        Assert.Equal(a.Records.Count, b.Records.Count);
        foreach (var (one, other) in a.Records.Zip(b.Records))
        {
            Assert.Equal(one.Predictions.Data, other.Predictions.Data);
            Assert.Equal(one.Embeddings.Data, other.Embeddings.Data);
            Assert.Equal(one.JoinedPredictions!.Data, other.JoinedPredictions!.Data);
            Assert.Equal((one.Step, one.Loss, one.Motion, one.Parts, one.Curvature), (other.Step, other.Loss, other.Motion, other.Parts, other.Curvature));
            Assert.Equal(one.Kernel().Gram([0, 3, 8]).Data, other.Kernel().Gram([0, 3, 8]).Data);
        }
    }

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}

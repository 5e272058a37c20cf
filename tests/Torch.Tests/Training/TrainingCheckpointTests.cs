using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using TorchSharp;
using Xunit;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Trainers;

/// <summary>A training that is interrupted and resumed has the bits of one that is not.</summary>
public sealed class TrainingCheckpointTests : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();
    private readonly string _folder = Directory.CreateTempSubdirectory("hntk").FullName;

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static TheoryData<string, int?> Runs => new()
    {
        { "sgd", null }, { "momentum", 4 }, { "adam", null }, { "adamw", 7 }, { "early", 4 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_resumed_run_has_the_bits_of_an_uninterrupted_one(string which, int? batch)
    {
        using var whole = Net();
        var options = Options(which, batch);
        var expected = Train(whole, options);
        Assert.Equal(which == "early", expected.StoppedEarly);
        foreach (var interruptions in new[] { new[] { 1 }, [3, 4, 8] })
        {
            foreach (var at in interruptions)
            {
                using var part = Net();
                using var source = new CancellationTokenSource();
                var stopping = options with { Checkpoint = Place, Resume = true, ReportEvery = 1, OnPoint = p => Cancel(p, at, source) };
                Assert.ThrowsAny<OperationCanceledException>(() => Train(part, stopping, source.Token));
            }

            using var module = Net();
            var history = Train(module, options with { Checkpoint = Place, Resume = true });
            Assert.Equal(Bits(whole), Bits(module));
            Assert.Equal(expected.Points.Select(p => p with { Seconds = 0 }), history.Points.Select(p => p with { Seconds = 0 }));
            Assert.Equal(expected.StoppedEarly, history.StoppedEarly);
            Assert.Empty(Directory.GetFiles(_folder));
        }
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused_and_kept()
    {
        var options = Options("adam", 4);
        using var source = new CancellationTokenSource();
        using var module = Net();
        var stopping = options with { Checkpoint = Place, OnPoint = p => Cancel(p, 2, source) };
        Assert.ThrowsAny<OperationCanceledException>(() => Train(module, stopping, source.Token));
        var resumed = options with { Checkpoint = Place, Resume = true };
        var bytes = File.ReadAllBytes(Place);

        Refused("optimizer", resumed with { Optimizer = ModuleOptimizer.Adam(0.1) });
        Refused("batch", resumed with { BatchSize = 5 });
        Refused("seed", resumed with { Seed = 9 });
        Refused("schedule", resumed with { Schedule = LearningRateSchedule.Cosine() });
        using (var other = Net(seed: 9))
        {
            Assert.Contains("module", Assert.Throws<OutputException>(() => Train(other, resumed)).Message);
        }

        using (var other = Small.Drawn(Sequential(Small.Linear(3, 16), ReLU(), Small.Linear(16, 2)), 1))
        {
            Assert.Contains("ReLU", Assert.Throws<OutputException>(() => Train(other, resumed)).Message);
        }

        using (var frozen = Net())
        {
            frozen.parameters().First().requires_grad = false;
            Assert.Contains("frozen", Assert.Throws<OutputException>(() => Train(frozen, resumed)).Message);
        }

        Refused("at most 1 steps", resumed with { Epochs = 1, BatchSize = null, ReportEvery = 1 }, "batch");
        Refused("at most 3 steps", resumed with { Epochs = 1 });
        Refused("without resuming", resumed with { Resume = false });
        Assert.Equal(bytes, File.ReadAllBytes(Place));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Place, bytes);
        Refused("damaged", resumed);
        File.WriteAllBytes(Place, bytes[..50]);
        Refused("damaged", resumed);

        void Refused(string part, ModuleTrainingOptions different, string? other = null)
        {
            using var again = Net();
            Assert.Contains(other ?? part, Assert.Throws<OutputException>(() => Train(again, different)).Message);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_network_with_the_same_parameters_is_refused()
    {
        foreach (var isLinearized in new[] { false, true })
        {
            using var source = new CancellationTokenSource();
            var options = Options("adam", 4) with { Checkpoint = Place, Resume = true, OnPoint = p => Cancel(p, 2, source) };
            Assert.ThrowsAny<OperationCanceledException>(() => Train(Read("dense tanh dense(width=2)", isLinearized), options, source.Token));
            var error = Assert.Throws<OutputException>(() => Train(Read("dense erf dense(width=2)", isLinearized), options));
            Assert.Contains("tanh", error.Message);
            if (isLinearized)
            {
                Assert.Throws<OutputException>(() => Train(Read("dense tanh dense(width=2)", isLinearized, seed: 2), options));
            }

            File.Delete(Place);
        }
    }

    [Fact]
    public void A_checkpoint_that_is_kept_holds_the_end()
    {
        using var module = Net();
        var options = Options("early", 4) with { Checkpoint = Place, KeepCheckpoint = true, Resume = true };
        var expected = Train(module, options);
        using var again = Net();
        var reports = new List<ModuleTrainingProgress>();
        var history = Train(again, options with { Progress = new Listener(reports.Add) });
        Assert.Equal(Bits(module), Bits(again));
        Assert.Equal(expected.Points, history.Points);
        Assert.Equal(expected.Best, history.Best);
        Assert.InRange(Assert.Single(reports).Remaining, TimeSpan.Zero, TimeSpan.MaxValue);
        Assert.True(File.Exists(Place));
    }

    [Fact]
    public void A_file_that_is_no_checkpoint_and_a_place_that_is_none_are_refused_before_training()
    {
        using var module = Net();
        var before = Bits(module);
        File.WriteAllText(Place, "mine");
        Assert.Throws<OutputException>(() => Train(module, Options("adam", 4) with { Checkpoint = Place }));
        Assert.Throws<OutputException>(() => Train(module, Options("adam", 4) with { Checkpoint = Place, Resume = true }));
        Assert.Equal("mine", File.ReadAllText(Place));
        Assert.Throws<OutputException>(() => Train(module, Options("adam", 4) with { Checkpoint = Path.Combine(_folder, "none", "file") }));
        Assert.Equal(before, Bits(module));
    }

    [Fact]
    public void Training_may_go_on_for_longer_than_it_was_meant_to()
    {
        using var whole = Net();
        Train(whole, Options("adam", 4) with { Epochs = 20, ReportEvery = 2 });
        using var part = Net();
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train(part, Options("adam", 4) with { ReportEvery = 2, Checkpoint = Place, OnPoint = p => Cancel(p, 6, source) }, source.Token));
        using var module = Net();
        Train(module, Options("adam", 4) with { Epochs = 20, ReportEvery = 2, Checkpoint = Place, Resume = true });
        Assert.Equal(Bits(whole), Bits(module));
    }

    private string Place => Path.Combine(_folder, "training.checkpoint");

    private static void Cancel(ModuleTrainingPoint point, int at, CancellationTokenSource source)
    {
        if (point.Epoch >= at)
        {
            source.Cancel();
        }
    }

    private static ModuleTrainingOptions Options(string which, int? batch) => new()
    {
        Epochs = which == "early" ? 60 : 12,
        ReportEvery = 1,
        BatchSize = batch,
        Seed = 3,
        EarlyStopping = which == "early" ? new(3, 0.04) : null,
        Optimizer = which switch
        {
            "sgd" => ModuleOptimizer.Sgd(0.1),
            "momentum" => ModuleOptimizer.Sgd(0.1, Momentum.Nesterov(0.9)),
            "adam" or "early" => ModuleOptimizer.Adam(0.01),
            _ => ModuleOptimizer.AdamW(0.01),
        },
    };

    private static ModuleTrainingHistory Train(TensorModule module, ModuleTrainingOptions options, CancellationToken stop = default) =>
        ModuleTrainer.Train(module, Small.Samples(1, 10, 3), Small.Samples(2, 10, 2), options, stop);

    private static TensorModule Net(int seed = 1) => Small.Drawn(Sequential(Small.Linear(3, 16), Tanh(), Small.Linear(16, 2)), seed);

    private static TensorModule Read(string network, bool isLinearized, long seed = 1)
    {
        var module = Network.Parse(network).ToModule(3, 8, seed, Precision.Float64);
        return isLinearized ? LinearizedModule.Of(module) : module;
    }

    private sealed class Listener(Action<ModuleTrainingProgress> report) : IProgress<ModuleTrainingProgress>
    {
        public void Report(ModuleTrainingProgress value) => report(value);
    }

    private static double[] Bits(TensorModule module) => [.. module.parameters().SelectMany(p => Small.Get(p))];
}

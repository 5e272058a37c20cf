using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Trainers;

/// <summary>What a training does to a module, step by step, and how it ends.</summary>
public sealed class ModuleTrainerTests : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string> Optimizers => ["sgd", "heavy ball", "nesterov", "adam", "adamw"];

    // The same loop in plain TorchSharp.
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Full_batches_are_the_steps_of_the_optimizer(string which)
    {
        var (x, y) = (Small.Samples(1, 20, 3), Small.Samples(2, 20, 2));
        using var expected = Net(2);
        using var module = Net(2);
        var parameters = expected.parameters();
        using torch.optim.Optimizer plain = which switch
        {
            "sgd" => torch.optim.SGD(parameters, 0.3),
            "heavy ball" => torch.optim.SGD(parameters, 0.3, 0.8, weight_decay: 0.01),
            "nesterov" => torch.optim.SGD(parameters, 0.3, 0.8, nesterov: true),
            "adam" => torch.optim.Adam(parameters, 0.01),
            _ => torch.optim.AdamW(parameters, 0.01, weight_decay: 0.1),
        };
        for (var step = 0; step < 12; step++)
        {
            plain.zero_grad();
            (expected.call(x) - y).square().mean().mul(0.5).backward();
            plain.step();
        }

        var history = ModuleTrainer.Train(module, x, y, new()
        {
            Epochs = 12,
            Optimizer = which switch
            {
                "sgd" => ModuleOptimizer.Sgd(0.3),
                "heavy ball" => ModuleOptimizer.Sgd(0.3, Momentum.HeavyBall(0.8), weightDecay: 0.01),
                "nesterov" => ModuleOptimizer.Sgd(0.3, Momentum.Nesterov(0.8)),
                "adam" => ModuleOptimizer.Adam(0.01),
                _ => ModuleOptimizer.AdamW(0.01, weightDecay: 0.1),
            },
        });
        Assert.True(module.call(x).allclose(expected.call(x), 1e-13, 1e-13));
        Assert.Equal(Enumerable.Range(0, 13).Select(e => (long)e), history.Points.Select(p => p.Step));
        Assert.True(history.Points[^1].Loss < history.Points[0].Loss);
        Assert.Equal((module.call(x) - y).square().mean().ToDouble() / 2, history.Points[^1].Loss, 1e-14);
    }

    // The gradient flow of f on 20 numbers and the step of a batch have the same mean.
    [Fact]
    public void Every_sample_is_in_one_batch_of_each_epoch_and_orders_differ()
    {
        var seen = new List<double[]>();
        using var module = new Custom(h =>
        {
            if (torch.is_grad_enabled())
            {
                seen.Add(Small.Get(h));
            }

            return h * 0;
        }).With("p", new TorchSharp.Modules.Parameter(torch.zeros(1, torch.float64)));
        using var trained = new Custom(h => module.call(h) + module.get_parameter("p")!, ("inner", module));
        var x = torch.arange(10, torch.float64).view(10, 1);
        ModuleTrainer.Train(trained, x, torch.zeros(10, torch.float64), new() { Epochs = 3, BatchSize = 4, Seed = 5, Optimizer = ModuleOptimizer.Sgd(0.1) });
        Assert.Equal([4, 4, 2, 4, 4, 2, 4, 4, 2], seen.Select(batch => batch.Length));
        var epochs = seen.Chunk(3).Select(batches => batches.SelectMany(b => b).ToArray()).ToArray();
        Assert.All(epochs, order => Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), order.Order()));
        Assert.Equal(3, epochs.Select(order => string.Join(' ', order)).Distinct().Count());
    }

    public static TheoryData<Loss> Losses => [Loss.Squared, Loss.Logistic, Loss.Softmax];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Losses_and_accuracies_are_those_of_their_definition(Loss loss)
    {
        var random = new Random(3);
        using var module = Net(3);
        var x = Small.Samples(1, 30, 3);
        var classes = Enumerable.Range(0, 30).Select(_ => random.Next(3)).ToArray();
        var targets = Matrix.Wrap([.. classes.SelectMany(c => Enumerable.Range(0, 3).Select(k => k == c ? 1.0 : loss == Loss.Logistic ? -1 : 0))], 30, 3);
        var f = Small.Get(module.call(x));
        var point = ModuleTrainer.Train(module, x, torch.tensor(targets.Data, [30, 3]), new() { Loss = loss, Epochs = 1 }).Points[0];
        var wide = (double[] numbers) => MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(30, 3, numbers);
        Assert.Equal(Core.LossModule.value(Meaning(loss), wide(f), wide(targets.Data)), point.Loss, 1e-13);
        var right = classes.Where((c, i) => f.AsSpan(3 * i, 3).IndexOf(f.AsSpan(3 * i, 3).ToArray().Max()) == c).Count() / 30.0;
        Assert.Equal(right, point.Accuracy!.Value, 1e-14);

        // A single output has the class of its sign.
        using var one = Net(1);
        var signs = Small.Samples(7, 30).sign();
        var agreeing = Small.Get(one.call(x).squeeze(1) * signs).Count(p => p > 0) / 30.0;
        var first = ModuleTrainer.Train(one, x, signs, new() { Loss = loss == Loss.Softmax ? Loss.Squared : loss, Epochs = 1 }).Points[0];
        Assert.Equal(agreeing, first.Accuracy!.Value, 1e-14);
        Assert.Null(ModuleTrainer.Train(one, x, Small.Samples(8, 30), new() { Epochs = 1 }).Points[0].Accuracy);
    }

    [Fact]
    public void Losses_of_the_core_have_these_gradients()
    {
        foreach (var loss in Enum.GetValues<Loss>())
        {
            var f = Small.Samples(4, 6, 2).requires_grad_();
            var y = loss == Loss.Squared ? Small.Samples(5, 6, 2) : loss == Loss.Logistic ? Small.Samples(5, 6, 2).sign() : Small.Samples(5, 6, 2).softmax(1);
            ModuleLoss.Of(loss, f, y).backward();
            var wide = (Tensor t) => MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(6, 2, Small.Get(t));
            var expected = Core.LossModule.gradient(Meaning(loss), wide(f), wide(y));
            Small.Agree(Matrix.Wrap(expected.ToRowMajorArray(), 6, 2), Matrix.Wrap(Small.Get(f.grad!), 6, 2), 1e-14);
        }
    }

    [Fact]
    public void Training_ends_early_with_the_parameters_of_its_best_point()
    {
        using var module = Net(1);
        var (x, y) = (Small.Samples(1, 12, 3), Small.Samples(2, 12));
        var (other, targets) = (Small.Samples(3, 12, 3), Small.Samples(4, 12));
        var history = ModuleTrainer.Train(module, x, y, new()
        {
            Epochs = 3000,
            ReportEvery = 5,
            Optimizer = ModuleOptimizer.Adam(0.02),
            Validation = (other, targets),
            EarlyStopping = new(4),
        });
        Assert.True(history.StoppedEarly);
        Assert.Equal(history.Points.Min(p => p.ValidationLoss), history.Best.ValidationLoss);
        Assert.Equal(history.Best, history.Points[^5]);
        Assert.Equal(history.Best.ValidationLoss!.Value, (module.call(other).squeeze(1) - targets).square().mean().ToDouble() / 2, 1e-14);
        Assert.False(ModuleTrainer.Train(module, x, y, new() { Epochs = 3 }).StoppedEarly);
    }

    [Fact]
    public void Learning_rates_follow_their_schedule()
    {
        static double[] Rates(LearningRateSchedule schedule) => [.. Enumerable.Range(0, 9).Select(step => schedule.Factor(step, 8))];
        Assert.All(Rates(LearningRateSchedule.Constant), factor => Assert.Equal(1, factor));
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25], Rates(LearningRateSchedule.Steps(3, 0.5)));
        Assert.Equal(0.9 * 0.9, Rates(LearningRateSchedule.Exponential(0.9))[2], 1e-15);
        var cosine = Rates(LearningRateSchedule.Cosine(0.2));
        Assert.Equal((1, 0.6, 0.2), (cosine[0], Math.Round(cosine[4], 12), Math.Round(cosine[8], 12)));
        Assert.Equal([0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1], Rates(LearningRateSchedule.Constant.WithWarmup(4)));

        using var module = Net(1);
        var history = ModuleTrainer.Train(
            module, Small.Samples(1, 4, 3), Small.Samples(2, 4), new() { Epochs = 4, Optimizer = ModuleOptimizer.Sgd(0.2), Schedule = LearningRateSchedule.Steps(2, 0.1) });
        Assert.Equal([0.2, 0.2, 0.02, 0.02, 0.002], history.Points.Select(p => Math.Round(p.LearningRate, 12)));
    }

    [Fact]
    public void Progress_has_a_rate_and_the_time_left_and_the_mode_of_the_module_stays()
    {
        var told = new List<ModuleTrainingProgress>();
        var modes = new List<bool>();
        using var module = new Custom(h => h, ("net", Net(1)));
        using var net = new Custom(h => ((TensorModule)module.named_children().Single().module).call(h), ("module", module));
        net.eval();
        ModuleTrainer.Train(net, Small.Samples(1, 4, 3), Small.Samples(2, 4), new()
        {
            Epochs = 20,
            Progress = new Now(told.Add),
            OnPoint = _ => modes.Add(net.training),
        });
        Assert.False(net.training);
        Assert.All(modes, Assert.False);
        Assert.Equal((20, 20, TimeSpan.Zero), (told[^1].Step, told[^1].Steps, told[^1].Remaining));
        Assert.True(told[^1].StepsPerSecond > 0);
    }

    [Fact]
    public void Parts_in_evaluation_mode_stay_so()
    {
        var norm = BatchNorm1d(3, dtype: torch.ScalarType.Float64);
        using var module = Sequential(norm, Small.Linear(3, 1));
        norm.eval();
        var mean = Small.Get(norm.running_mean!);
        ModuleTrainer.Train(module, Small.Samples(1, 8, 3), Small.Samples(2, 8), new() { Epochs = 3 });
        Assert.Equal((true, false), (module.training, norm.training));
        Assert.Equal(mean, Small.Get(norm.running_mean!));
        norm.train();
        ModuleTrainer.Train(module, Small.Samples(1, 8, 3), Small.Samples(2, 8), new() { Epochs = 3 });
        Assert.NotEqual(mean, Small.Get(norm.running_mean!));
    }

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.05, false)]
    [InlineData(0.2, true)]
    public void Points_that_improve_by_less_than_is_asked_for_do_not_count(double improvement, bool isStopped)
    {
        // Each point is lower than the one before by 0.1.
        var state = new TrainingState(new(2, improvement));
        for (var k = 0; k < 3; k++)
        {
            state.Add(new(k, k, 0.1, 1 - (0.1 * k), null, null, null, 0), () => []);
        }

        Assert.Equal(isStopped, state.IsStopped);
        Assert.Equal((improvement, 2), (new EarlyStopping(2, improvement).Improvement, state.Best));
    }

    [Fact]
    public void The_best_point_is_the_least_one_whatever_counts_as_an_improvement()
    {
        using var module = Net(1);
        var history = ModuleTrainer.Train(module, Small.Samples(1, 12, 3), Small.Samples(2, 12), new()
        {
            Epochs = 500,
            ReportEvery = 1,
            Optimizer = ModuleOptimizer.Sgd(0.1),
            EarlyStopping = new(5, 0.05),
        });
        Assert.True(history.StoppedEarly);
        Assert.Equal(history.Points.Min(p => p.Loss), history.Best.Loss);
        Assert.Equal(history.Points[^1], history.Best);
    }

    [Fact]
    public void Bad_input_is_refused_before_anything_changes()
    {
        using var module = Net(2);
        var (x, before) = (Small.Samples(1, 5, 3), Small.Get(module.parameters().First()));
        Contains("a row of targets for each sample", x, Small.Samples(2, 4, 2));
        Contains("like the module's outputs, [5 x 2]", x, Small.Samples(2, 5, 3));
        Contains("-1 and 1", x, Small.Samples(2, 5, 2), Loss.Logistic);
        Contains("rows of probabilities", x, Small.Samples(2, 5, 2), Loss.Softmax);
        Contains("finite numbers", x, Small.Samples(2, 5, 2) / 0);
        Contains("samples that the module takes", Small.Samples(1, 5, 4), Small.Samples(2, 5, 2));
        Contains("samples that the module takes", x.to(torch.float32), Small.Samples(2, 5, 2));
        Contains("in the precision of the module", x, torch.ones([5, 2], torch.@bool));
        var missing = Assert.Throws<ArithmeticException>(() => ModuleTrainer.Train(module, x * double.NaN, Small.Samples(2, 5, 2)));
        Assert.Contains("before training is not finite", missing.Message);
        var unknown = new ModuleTrainingOptions { Validation = (x * double.NaN, Small.Samples(2, 5, 2)) };
        Assert.Contains("validation loss", Assert.Throws<ArithmeticException>(() => ModuleTrainer.Train(module, x, Small.Samples(2, 5, 2), unknown)).Message);
        Assert.Equal(before, Small.Get(module.parameters().First()));
        var diverged = Assert.Throws<ArithmeticException>(() => ModuleTrainer.Train(
            module, x, Small.Samples(2, 5, 2), new() { Optimizer = ModuleOptimizer.Sgd(1e9), Epochs = 500 }));
        Assert.Contains("lower the learning rate", diverged.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ModuleOptimizer.Sgd(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModuleTrainingOptions { Epochs = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Patience", () => new EarlyStopping(0));
        Assert.Throws<ArgumentOutOfRangeException>("Improvement", () => new EarlyStopping(3, -0.1));
        Assert.Throws<ArgumentOutOfRangeException>("Improvement", () => new EarlyStopping(3, double.NaN));

        void Contains(string part, Tensor samples, Tensor targets, Loss loss = Loss.Squared) => Assert.Contains(
            part, Assert.Throws<ArgumentException>(() => ModuleTrainer.Train(module, samples, targets, new() { Loss = loss })).Message);
    }

    private static Core.Loss Meaning(Loss loss) => loss switch
    {
        Loss.Squared => Core.Loss.Squared,
        Loss.Logistic => Core.Loss.Logistic,
        _ => Core.Loss.Softmax,
    };

    private static TensorModule Net(int outputs) => Small.Sequence(Small.Linear(3, 16), Tanh(), Small.Linear(16, outputs));

    private sealed class Now(Action<ModuleTrainingProgress> act) : IProgress<ModuleTrainingProgress>
    {
        public void Report(ModuleTrainingProgress value) => act(value);
    }
}

using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using TorchSharp;
using Xunit;

namespace HadamardNtk.Torch.Tests.Trainers;

/// <summary>A trained network is trained as its module is, prepares rows, and knows its classes.</summary>
public sealed class TrainedNetworkTests : IDisposable
{
    private static readonly Matrix X = Tensors.Random(24, 5, 1);
    private static readonly Matrix Y = Tensors.Random(24, 2, 2);
    private static readonly Matrix Other = Tensors.Random(7, 5, 3);
    private static readonly long[] Three = [.. Enumerable.Range(0, 24).Select(i => X[i, 0] > 0.4 ? 7L : X[i, 1] > 0 ? -2L : 3L)];
    private static readonly long[] Two = [.. Enumerable.Range(0, 24).Select(i => X[i, 0] > 0 ? 5L : -5L)];

    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void It_is_the_module_that_the_trainer_trains()
    {
        var training = new ModuleTrainingOptions { Epochs = 5, BatchSize = 10, Seed = 4 };
        using var trained = TrainedNetwork.Train(Net(2), X, Y, Small(training) with { Seed = 9 }, (Other, Tensors.Random(7, 2, 5)));
        using var module = Net(2).ToModule(5, 16, 9, Precision.Float64);
        ModuleTrainer.Train(module, Of(X), Of(Y), training);
        Equal(TensorTransfer.ToMatrix(module.call(Of(Other))), trained.Predict(Other));
        Assert.Equal(6, trained.History.Count);
        Assert.All(trained.History, point => Assert.NotNull(point.ValidationLoss));
        Assert.Null(trained.Classes);
        Assert.Contains("no classes", Assert.Throws<InvalidOperationException>(() => trained.Classify(Other)).Message);
    }

    [Fact]
    public void The_linearization_is_that_of_the_first_parameters()
    {
        var training = new ModuleTrainingOptions { Epochs = 5 };
        using var trained = TrainedNetwork.Train(Net(2), X, Y, Small(training) with { Seed = 9, Linearized = true });
        using var module = Net(2).ToModule(5, 16, 9, Precision.Float64);
        using var linearized = LinearizedModule.Of(module);
        ModuleTrainer.Train(linearized, Of(X), Of(Y), training);
        using var still = torch.no_grad();
        Equal(TensorTransfer.ToMatrix(linearized.call(Of(Other))), trained.Predict(Other));
        Assert.NotNull(trained.Linearized);
    }

    [Fact]
    public void Rows_are_prepared_as_those_of_the_training()
    {
        var options = Small() with { Center = true, Unit = true };
        using var trained = TrainedNetwork.Train(Net(2), X, Y, options);
        var transform = RowTransform.Learn(X, true, true);
        using var prepared = TrainedNetwork.Train(Net(2), transform.Apply(X), Y, Small());
        Equal(prepared.Predict(transform.Apply(Other)), trained.Predict(Other));
        Assert.Equal(transform.Mean, trained.Mean);
        Assert.True(trained.Unit);
        Assert.Null(prepared.Mean);
    }

    [Theory]
    [InlineData(Loss.Softmax, 3)]
    [InlineData(Loss.Logistic, 3)]
    [InlineData(Loss.Squared, 3)]
    [InlineData(Loss.Softmax, 2)]
    [InlineData(Loss.Logistic, 2)]
    [InlineData(Loss.Logistic, 1)]
    [InlineData(Loss.Squared, 1)]
    public void Classes_are_learned_with_each_loss(Loss loss, int outputs)
    {
        var labels = outputs == 3 ? Three : Two;
        var training = new ModuleTrainingOptions { Loss = loss, Epochs = 200, Optimizer = ModuleOptimizer.Adam(0.05) };
        using var trained = TrainedNetwork.Train(Net(outputs), X, labels, Small(training), (X, labels));
        var (found, scores, _, _) = trained.Classify(X);
        Assert.Equal(labels, found);
        Assert.Equal((24, outputs), (scores.Rows, scores.Columns));
        Assert.Equal(labels.Distinct().Order(), trained.Classes);
        Assert.Equal((1.0, 1.0), (trained.History[^1].Accuracy, trained.History[^1].ValidationAccuracy));
    }

    [Fact]
    public void Many_rows_are_predicted_in_batches()
    {
        using var trained = TrainedNetwork.Train(Net(2), X, Y, Small() with { Precision = Precision.Float32 });
        var many = Tensors.Random(4097, 5, 6);
        var scores = trained.Predict(many);
        foreach (var i in new[] { 0, 2047, 2048, 4096 })
        {
            var row = trained.Predict(Matrix.Wrap([.. many.Row(i)], 1, 5));
            Assert.Equal(row[0, 1], scores[i, 1], 1e-5);
        }

        Assert.ThrowsAny<OperationCanceledException>(() => trained.Predict(many, new(canceled: true)));
    }

    [Theory]
    [InlineData(1, Loss.Softmax, "3 outputs", "dense(width=3)")]
    [InlineData(2, Loss.Logistic, "3 outputs", "this one has 2")]
    [InlineData(4, Loss.Squared, "3 outputs", "dense(width=3)")]
    public void Outputs_that_do_not_fit_the_classes_are_refused(int outputs, Loss loss, params string[] parts) =>
        Refused(parts, () => TrainedNetwork.Train(Net(outputs), X, Three, Small(new() { Loss = loss })));

    [Fact]
    public void So_is_whatever_else_does_not_fit()
    {
        Refused(["2 outputs", "this one has 1", "dense(width=2)"], () => TrainedNetwork.Train(Net(1), X, Y));
        Refused(["1 output,", "dense(width=1)"], () => TrainedNetwork.Train(Net(2), X, Tensors.Random(24, 1, 1)));
        Refused(["2 outputs", "this one has 1"], () => TrainedNetwork.Train(Net(1), X, Two, Small(new() { Loss = Loss.Softmax })));
        Refused(["24 samples", "7 targets"], () => TrainedNetwork.Train(Net(2), X, Tensors.Random(7, 2, 1)));
        Refused(["none of them", "99"], () => TrainedNetwork.Train(Net(3), X, Three, null, (Other, [7, 7, 7, 99, 7, 7, 7])));
        Refused(["two classes"], () => TrainedNetwork.Train(Net(2), X, new long[24]));
        Refused(["dense layer"], () => TrainedNetwork.Train(Network.Parse("dense(width=2,trained=false)"), X, Y));
        Refused(["probabilities"], () => TrainedNetwork.Train(Net(2), X, Y, Small(new() { Loss = Loss.Softmax })));
        Refused(["float32"], () => TrainedNetwork.Train(Net(2), Tensors.Near(24, 5, 1e300, 1), Y));
        Refused(["cuda:N", "gpu"], () => _ = new NetworkTrainingOptions { Device = "gpu" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkTrainingOptions { Width = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkTrainingOptions { Threads = 0 });
        using var trained = TrainedNetwork.Train(Net(2), X, Y, Small());
        Refused(["5 features", "7 x 3"], () => trained.Predict(Tensors.Random(7, 3, 1)));
        Refused(["finite"], () => trained.Predict(Matrix.Wrap([1, 2, double.NaN, 4, 5], 1, 5)));
    }

    [Fact]
    public void The_number_of_threads_is_restored()
    {
        var before = torch.get_num_threads();
        using var trained = TrainedNetwork.Train(Net(2), X, Y, Small() with { Threads = before + 1 });
        Assert.Equal(before, torch.get_num_threads());
    }

    private static void Refused(string[] parts, Action act)
    {
        var message = Assert.ThrowsAny<ArgumentException>(act).Message;
        Assert.True(parts.All(message.Contains), message);
    }

    private static NetworkTrainingOptions Small(ModuleTrainingOptions? training = null) =>
        new() { Width = 16, Precision = Precision.Float64, Training = training ?? new() { Epochs = 3 } };

    private static Network Net(int outputs) => Network.Parse($"dense(b=0.3) tanh dense(width={outputs},b=0.1)");

    private static torch.Tensor Of(Matrix x) => torch.tensor(x.Data, [x.Rows, x.Columns]);

    private static void Equal(Matrix expected, Matrix actual) => Assert.Equal(expected.Data, actual.Data);
}

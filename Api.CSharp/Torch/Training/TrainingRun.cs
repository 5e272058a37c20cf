using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// A training while it runs. Its state is the module, the optimizer and a <see cref="TrainingState"/>.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>Writing checkpoints takes at most this part of the time.</summary>
    private const double WritingPart = 0.05;

    /// <summary>The longest time in seconds that is told to remain.</summary>
    private const double Long = 1e9;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(0.1);

    private readonly torch.nn.Module<Tensor, Tensor> _module;
    private readonly ModuleTrainingOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly LabelledTensors _training;
    private readonly LabelledTensors? _validation;
    private readonly Tensor[] _parameters;
    private readonly OptimizerHelper _optimizer;
    private readonly TrainingCheckpoint? _checkpoint;
    private readonly Func<Tensor, Tensor, double>? _accuracy;
    private readonly ModuleModes _modes;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TrainingState _state;
    private Tensor? _order;
    private TimeSpan _written;
    private TimeSpan _pause;
    private TimeSpan _told;
    private long _resumed;

    /// <summary>Begins a training. Its tensors belong to the caller's scope.</summary>
    internal TrainingRun(
        torch.nn.Module<Tensor, Tensor> module,
        Tensor x,
        Tensor y,
        ModuleTrainingOptions options,
        CancellationToken cancellation)
    {
        (_module, _options, _cancellation, _modes) = (module, options, cancellation, new(module));
        (_state, _pause) = (new(options.EarlyStopping), options.CheckpointEvery);
        _parameters = TrainedParameters.Of(module).Values;
        _training = LabelledTensors.Of(x, y, options.Loss);
        _validation = options.Validation is var (other, targets)
            ? LabelledTensors.Of(other, targets, options.Loss)
            : null;
        _accuracy = ModuleLoss.Accuracy(options.Loss, _training.Y);
        _optimizer = options.Optimizer.Of(module.parameters().Where(p => p.requires_grad));
        _checkpoint = options.Checkpoint is { } path
            ? new(path, module, _optimizer, TrainingCheckpoint.Describe(module, _training, _validation, options with
            {
                ReportEvery = (int)Every,
            }))
            : null;
        _checkpoint?.RequireWritable(options.Resume);
    }

    private long Batches => (_training.Count + BatchSize - 1) / BatchSize;

    private long BatchSize => Math.Min(_options.BatchSize ?? _training.Count, _training.Count);

    private long Steps => _options.Epochs * Batches;

    private long Every => _options.ReportEvery ?? Math.Max(1, (_options.Epochs + 99) / 100);

    /// <summary>Trains to the end.</summary>
    internal ModuleTrainingHistory Train()
    {
        var isResumed = _options.Resume && _checkpoint?.Load(_state) == true;
        _resumed = _state.Step;
        _checkpoint?.RequireAtMost(Steps, _state.Step);
        if (!isResumed)
        {
            AddPoint();
        }

        while (_state.Step < Steps && !_state.IsStopped)
        {
            StopIfCancelled();
            Step();
            _state.Step++;
            if (_state.Step % Batches == 0 && (_state.Step / Batches % Every == 0 || _state.Step == Steps))
            {
                AddPoint();
            }

            WriteIfDue();
            Tell(isLast: false);
        }

        return End();
    }

    /// <summary>Frees the optimizer, and puts the module into its mode.</summary>
    public void Dispose()
    {
        _modes.Restore();
        _order?.Dispose();
        _optimizer.Dispose();
    }

    private void Step()
    {
        using var scope = torch.NewDisposeScope();
        using var recording = torch.enable_grad();
        _modes.Train();
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = Rate;
        }

        var batch = _options.BatchSize is null ? _training : _training.Rows(Chosen());
        var loss = batch.Loss(_module, _options.Loss);
        if (!loss.requires_grad)
        {
            throw new InvalidOperationException(
                "Expected outputs that depend on parameters that require a gradient; the module's depend on none.");
        }

        _optimizer.zero_grad();
        torch.autograd.backward([loss], retain_graph: false, create_graph: false, inputs: _parameters);
        _optimizer.step();
    }

    private double Rate => _options.Optimizer.LearningRate * _options.Schedule.Factor(_state.Step, Steps);

    // Each epoch has its own order, that of draws from the seed and the epoch.
    private Tensor Chosen()
    {
        var (epoch, batch) = Math.DivRem(_state.Step, Batches);
        if (_order is null || batch == 0)
        {
            _order?.Dispose();
            _order = torch.tensor(Order(epoch), device: _training.X.device).DetachFromDisposeScope();
        }

        var start = batch * BatchSize;
        return _order.narrow(0, start, Math.Min(BatchSize, _training.Count - start));
    }

    private long[] Order(long epoch)
    {
        var keys = Core.Draws.normals(unchecked((_options.Seed * 1_000_003) + epoch), (int)_training.Count);
        long[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, order);
        return order;
    }

    private void AddPoint()
    {
        _module.eval();
        var (loss, accuracy) = _training.Evaluate(_module, _options.Loss, _accuracy);
        var other = _validation?.Evaluate(_module, _options.Loss, _accuracy);
        RequireFinite(loss, "loss");
        RequireFinite(other?.Loss ?? 0, "validation loss");

        var point = new ModuleTrainingPoint(
            _state.Step / Batches, _state.Step, Rate, loss, accuracy, other?.Loss, other?.Accuracy,
            _state.Seconds + _clock.Elapsed.TotalSeconds);
        _state.Add(point, () => TrainingCheckpoint.Parameters(_module));
        _options.OnPoint?.Invoke(point);
    }

    private void RequireFinite(double loss, string name)
    {
        if (!double.IsFinite(loss))
        {
            throw new ArithmeticException(_state.Step == 0
                ? $"the {name} before training is not finite; look for samples that are not finite, or scale them down"
                : $"the {name} after {_state.Step} steps is not finite; lower the learning rate "
                    + $"({_options.Optimizer}), or scale the samples down");
        }
    }

    private void WriteIfDue()
    {
        if (_checkpoint is not null && _clock.Elapsed - _written >= _pause)
        {
            Write();
        }
    }

    private void Write()
    {
        var start = _clock.Elapsed;
        _checkpoint?.Save(_state, _state.Seconds + start.TotalSeconds);
        _written = _clock.Elapsed;
        var least = (_written - start) / WritingPart;
        _pause = least > _options.CheckpointEvery ? least : _options.CheckpointEvery;
    }

    private void StopIfCancelled()
    {
        if (_cancellation.IsCancellationRequested)
        {
            Write();
            _cancellation.ThrowIfCancellationRequested();
        }
    }

    private void Tell(bool isLast)
    {
        if (_options.Progress is null || (!isLast && _clock.Elapsed - _told < Beat))
        {
            return;
        }

        _told = _clock.Elapsed;
        var rate = (_state.Step - _resumed) / _told.TotalSeconds;
        var left = _state.Step >= Steps ? 0 : Math.Min((Steps - _state.Step) / rate, Long);
        _options.Progress.Report(new(
            _state.Step, Steps, _state.Points[^1].Loss, rate, TimeSpan.FromSeconds(left)));
    }

    private ModuleTrainingHistory End()
    {
        if (_options.KeepCheckpoint)
        {
            Write();
        }
        else
        {
            _checkpoint?.Delete();
        }

        if (_options.EarlyStopping is not null && _state.BestParameters is { } best)
        {
            TrainingCheckpoint.SetParameters(_module, best);
        }

        Tell(isLast: true);
        return new(
            [.. _state.Points], _state.IsStopped,
            _options.EarlyStopping is null ? _state.Points[^1] : _state.Points[_state.Best]);
    }
}

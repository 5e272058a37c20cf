using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Runs a training with bottlenecks.</summary>
internal sealed class BottleneckTrainer
{
    // The numbers of steps between two computations of the curvature, which are more at the start, and of iterations in
    // one of them.
    private const int CheckEvery = 32;
    private const int Iterations = 12;

    // A part of a step is halved if the loss is this many times as great after it: always, or up to some parts. What
    // it may rise at the least is a part of the loss at the start.
    private const double Unstable = 1.5;
    private const double Risen = 1.01;
    private const double LeastRise = 1e-12;
    private const int KinkParts = 16;

    // The greatest curvature along a part of a step; 2 is the limit.
    private const double MostCurvature = 1.5;

    // A step is divided into at most this many parts, always a power of 2.
    private const int MostParts = 1 << 10;

    private readonly BottleneckNetwork _network;
    private readonly BottleneckOptions _options;
    private readonly Matrix _x;
    private readonly Matrix _targets;
    private readonly Matrix? _testTargets;
    private readonly Matrix _samples;
    private readonly BottleneckKernels _kernels;
    private readonly IProgress<double>? _progress;
    private readonly bool _hasClasses;
    private readonly Workers _workers;

    internal BottleneckTrainer(
        BottleneckNetwork network,
        Matrix x,
        Matrix y,
        BottleneckOptions options,
        IProgress<double>? progress,
        CancellationToken cancellation)
    {
        (_network, _options, _x, _progress) = (network, options, x, progress);
        _workers = options.Gram.Workers(cancellation);
        _targets = Scaled(y, options.LabelScale);
        _testTargets = options.TestTargets is { } test ? Scaled(test, options.LabelScale) : null;
        _hasClasses = TargetClasses.AreIn(_targets, options.Loss);
        _samples = options.TestSamples is { } others
            ? Matrix.Wrap([.. x.Data, .. others.Data], x.Rows + others.Rows, x.Columns)
            : x;
        _kernels = new(
            [network.Features.Ntk(), .. network.Heads.Select(head => head.Ntk())], _samples, options.OutputMultiplier);
    }

    private int Outputs => _targets.Columns;

    internal BottleneckRun Run()
    {
        for (var l = 0; l < _network.Widths.Count; l++)
        {
            _ = BottleneckStart.HeadSize(_network, l, Outputs, _options.Width);
        }

        RequireMemory(0, _options.Steps);
        var checkpoint = Checkpoint();
        checkpoint?.RequireWritable(_options.Resume);
        var start = _options.Start ?? BottleneckStart.Draw(
            _network, _samples, Outputs, _options.HeadWidth, _options.Seed, _options.Gram, _workers);
        start.Require(_network, _samples.Rows, Outputs);
        var kernel = _network.Features.Ntk().Cross(_samples, _x, _options.Gram.Exact, _workers.Cancellation);
        var state = State(start, kernel);
        var joined = state.Joined is null ? null : JoinedKernel();
        if (!(_options.Resume && checkpoint!.TryLoad(reader => state.Load(reader, _kernels))))
        {
            RequireStable(state.Curvature);
            var first = Record(state, start);
            state.Records.Add(double.IsFinite(first.Loss)
                ? first
                : throw new ArgumentException(
                    "Expected a finite loss at the start; it overflows. Take a smaller label scale or multiplier, or "
                    + "scale the samples or targets down.",
                    "options"));
        }

        checkpoint?.RequireAtMost(_options.Steps, state.Step);
        if (state.Step < _options.Steps && state.Records[^1].Step % _options.Every != 0)
        {
            // It was the end of a shorter training.
            state.Records.RemoveAt(state.Records.Count - 1);
        }

        Descend(state, start, kernel, joined, checkpoint);
        if (!_options.KeepCheckpoint)
        {
            checkpoint?.Delete();
        }

        return new(_network, _options, _targets, _kernels, start, state.Records.AsReadOnly());
    }

    private void RequireMemory(long done, long left) => MemoryPlan.Require(
        BottleneckRun.RequiredNumbers(_network, _x.Rows, Outputs, _options, done + left),
        $"The training of {_x.Rows} samples over {done + left} steps in "
        + $"{_options.Mode.ToString().ToLowerInvariant()} mode",
        _options.Mode == BottleneckMode.History
            ? "take hybrid mode, smaller rates, or fewer steps or samples"
            : "take fewer samples, records or hidden units");

    // Each part of a step counts in the memory of a history.
    private void RequireHistory(BottleneckState state)
    {
        if (_options.Mode == BottleneckMode.History)
        {
            RequireMemory(state.Heads[0].Kept / _x.Rows, (_options.Steps - state.Step) * (long)state.Parts);
        }
    }

    private void Descend(
        BottleneckState state, BottleneckStart start, Matrix kernel, Matrix? joined, CheckpointFile? checkpoint)
    {
        var joinedParts = joined is null ? 1 : PartsOf(Curvature(joined), "of the network without bottlenecks");
        var (saved, pause) = (DateTime.UtcNow, _options.CheckpointEvery);
        var (outputs, _) = Forward(state);
        var loss = LossOf(outputs);
        while (state.Step < _options.Steps)
        {
            _workers.Cancellation.ThrowIfCancellationRequested();
            RequireHistory(state);
            (outputs, loss) = WholeStep(state, kernel, outputs, loss);
            for (var part = 0; joined is not null && part < joinedParts; part++)
            {
                StepJoined(state.Joined!, joined, 1.0 / joinedParts);
            }

            state.Step++;
            if (state.Step % CheckEvery == 0 || int.IsPow2(state.Step))
            {
                SetCurvature(state, kernel);
            }

            if (state.Step % _options.Every == 0 || state.Step == _options.Steps)
            {
                state.Records.Add(Record(state, start));
            }

            if (checkpoint is not null && DateTime.UtcNow - saved >= pause)
            {
                var begun = DateTime.UtcNow;
                checkpoint.Save(state.Save);
                saved = DateTime.UtcNow;
                pause = TimeSpan.FromTicks(Math.Max(_options.CheckpointEvery.Ticks, 20 * (saved - begun).Ticks));
            }

            // The cost of a step grows with the number of steps before it in history mode.
            var done = (double)state.Step / _options.Steps;
            _progress?.Report(_options.Mode == BottleneckMode.History ? done * done : done);
        }

        RequireEnd(state, start);
        _progress?.Report(1);
        if (checkpoint is not null && _options.KeepCheckpoint)
        {
            checkpoint.Save(state.Save);
        }
    }

    // A checkpoint may be of the very step at which a shorter training ends, and have no record of it.
    private void RequireEnd(BottleneckState state, BottleneckStart start)
    {
        if (state.Records[^1].Step != state.Step)
        {
            state.Records.Add(Record(state, start));
        }
    }

    // One step in as many parts as are needed. A part over which the loss rises is undone and halved, since descent
    // raises the loss where it is unstable. At a kink, such as that of relu at g(x) = 0, every step may raise it a
    // little: then it may, after a few halvings.
    private (Matrix Outputs, double Loss) WholeStep(
        BottleneckState state, Matrix kernel, Matrix outputs, double loss)
    {
        var (least, enough) = (LeastRise * state.Records[0].Loss, Math.Min(MostParts, KinkParts * state.Asked));
        for (var done = 0; done < MostParts;)
        {
            var undo = _options.StepControl ? state.Undo() : null;
            StepBy(state, kernel, outputs, 1.0 / state.Parts);
            var (next, _) = Forward(state);
            var nextLoss = LossOf(next);
            bool Rises(double factor) => !(nextLoss <= (factor * loss) + least);
            if (undo is not null && (Rises(Unstable) || (Rises(Risen) && state.Parts < enough)))
            {
                undo();
                _ = Forward(state);
                state.Parts = state.Parts < MostParts
                    ? 2 * state.Parts
                    : throw TooLong($"at step {state.Step}", "the loss rises");
                continue;
            }

            if (!double.IsFinite(nextLoss))
            {
                throw new ArithmeticException(
                    $"The training has no finite numbers after step {state.Step}; take smaller rates, or let steps be "
                    + "divided.");
            }

            done += MostParts / state.Parts;
            (outputs, loss) = (next, nextLoss);
        }

        return (outputs, loss);
    }

    // One step of all parts of the network at once, h times as long as a whole one, from F at the training samples.
    private void StepBy(BottleneckState state, Matrix kernel, Matrix outputs, double h)
    {
        var delta = Cotangents(outputs);
        var (deltas, heads) = (new Matrix[state.Heads.Length], state.Heads);
        for (var l = heads.Length - 1; l >= 0; l--)
        {
            (deltas[l], delta) = (delta, heads[l].Pull(delta));
        }

        for (var l = 0; l < heads.Length; l++)
        {
            heads[l].Step(deltas[l], h * _kernels.HeadRate);
        }

        var move = MatrixProducts.Times(kernel, delta, _workers);
        RowArithmetic.Add(-h * _kernels.FeatureRate, move.Data, state.Embeddings.Data);
    }

    private void StepJoined(Matrix joined, Matrix kernel, double h)
    {
        var move = MatrixProducts.Times(kernel, Cotangents(First(joined)), _workers);
        RowArithmetic.Add(-h, move.Data, joined.Data);
    }

    // F at the training samples, without the multiplier, and the signals before each head.
    private (Matrix Outputs, Matrix[] Signals) Forward(BottleneckState state)
    {
        var (signal, signals) = (First(state.Embeddings), new Matrix[state.Heads.Length]);
        for (var l = 0; l < signals.Length; l++)
        {
            (signals[l], signal) = (signal, state.Heads[l].Forward(signal));
        }

        return (signal, signals);
    }

    // κ dL/d(κ F) at the training samples.
    private Matrix Cotangents(Matrix outputs)
    {
        var f = LossFlow.ToMathNet(Scaled(outputs, _options.OutputMultiplier));
        var chi = LossModule.gradient(LossFlow.Meaning(_options.Loss), f, LossFlow.ToMathNet(_targets));
        return Scaled(LossFlow.FromMathNet(chi), _options.OutputMultiplier);
    }

    // A copy of the rows of the training samples.
    private Matrix First(Matrix all) => all.Rows == _x.Rows ? Copy(all) : all.SelectRows(0, _x.Rows);

    private static Matrix Copy(Matrix m) => Matrix.Wrap((double[])m.Data.Clone(), m.Rows, m.Columns);

    private BottleneckState State(BottleneckStart start, Matrix kernel)
    {
        var heads = new HeadEngine[_network.HeadCores.Count];
        for (var l = 0; l < heads.Length; l++)
        {
            var (inputs, outputs) = (_network.Widths[l], BottleneckStart.Outputs(_network, l, Outputs));
            var features = new HeadFeatures(
                _network.HeadCores[l], (double[])start.Heads[l].Clone(), inputs, start.HeadWidth, outputs, _workers);
            heads[l] = _options.Mode == BottleneckMode.Hybrid
                ? new FiniteHead(features)
                : new InfiniteHead(
                    _network.Heads[l], _network.HeadCores[l], features, inputs, outputs, _options.Gram,
                    _workers.Cancellation);
        }

        var embeddings = Copy(start.Embeddings);
        Matrix? joined = null;
        if (_options.TrainJoined)
        {
            joined = heads.Aggregate(embeddings, (signal, head) => head.At(signal, false).Outputs);
        }

        var state = new BottleneckState(embeddings, heads, joined);
        SetRates(state, kernel);
        return state;
    }

    private void SetRates(BottleneckState state, Matrix kernel)
    {
        var (head, feature) = (_options.HeadRate ?? _options.FeatureRate, _options.FeatureRate ?? _options.HeadRate);
        if (head is null)
        {
            var curvature = Curvature(state, kernel);
            (head, feature) = curvature > 0
                ? (1 / curvature, 1 / curvature)
                : throw new ArgumentException(
                    "Expected a network whose tangent kernel at the start is not 0; give the learning rates.",
                    "options");
        }

        _kernels.SetRates(feature!.Value, head.Value);
        SetCurvature(state, kernel);
    }

    private void SetCurvature(BottleneckState state, Matrix kernel)
    {
        state.Curvature = Curvature(state, kernel);
        state.Asked = state.Parts = _options.StepControl ? PartsOf(state.Curvature, $"at step {state.Step}") : 1;
    }

    // Three quarters of the stable length at most, since power iteration finds a little less than the curvature.
    private static int PartsOf(double curvature, string where)
    {
        var parts = 1;
        while (curvature > MostCurvature * parts)
        {
            parts = parts < MostParts
                ? 2 * parts
                : throw TooLong(where, $"the curvature along a step is {curvature:G3} and 2 is the limit");
        }

        return parts;
    }

    private static StepsTooLongException TooLong(string where, string reason) => new(
        $"The training would need steps of less than 1/{MostParts} of the given rates {where}, where {reason}; "
        + "take smaller rates.");

    private void RequireStable(double curvature)
    {
        if (!_options.StepControl && !(curvature < 2))
        {
            throw new ArgumentException(
                $"Expected stable learning rates; along a step the curvature at the start is {curvature:G4}, and "
                + $"2 is the limit. Take rates below {2 / curvature:G4} times these, or let steps be divided.",
                "options");
        }
    }

    // The smoothness constant: the greatest second derivative of the loss by its argument, times κ².
    private double Smoothness() => _options.OutputMultiplier * _options.OutputMultiplier * _options.Loss switch
    {
        Loss.Squared => 1.0 / (_x.Rows * Outputs),
        Loss.Logistic => 0.25 / (_x.Rows * Outputs),
        _ => 0.5 / _x.Rows,
    };

    private double Curvature(Matrix joined)
    {
        var gram = First(joined);
        return Smoothness() * Greatest(v => MatrixProducts.Times(gram, v, _workers));
    }

    // The greatest eigenvalue of Σ_l rate J_l K_l J_lᵀ on the n C outputs, where J_l are the gradients of F in the
    // outputs of part l.
    private double Curvature(BottleneckState state, Matrix kernel)
    {
        var (_, signals) = Forward(state);
        var gradients = Gradients(state, signals);
        var parts = new List<(double Rate, Matrix Kernel, Matrix? Gradients)>
        {
            (_kernels.FeatureRate, First(kernel), gradients[0]),
        };
        for (var l = 1; l <= signals.Length; l++)
        {
            var (part, _) = _kernels.Part(l, signals);
            parts.Add((
                _kernels.HeadRate, part.Gram(signals[l - 1], _options.Gram.Exact, _workers.Cancellation),
                l < signals.Length ? gradients[l] : null));
        }

        return Smoothness() * Greatest(v =>
        {
            var sum = Matrix.Wrap(new double[v.Data.Length], v.Rows, v.Columns);
            foreach (var (rate, gram, slopes) in parts)
            {
                var pulled = slopes is null ? v : SignalGradients.Through(v, slopes);
                var product = MatrixProducts.Times(gram, pulled, _workers);
                var pushed = slopes is null ? product : SignalGradients.Back(product, slopes, Outputs);
                sum = Entrywise.Add(sum, pushed, rate);
            }

            return sum;
        });
    }

    // The gradients of F in the outputs of part l at the rows of the signals, n × C d_l, by the chain rule.
    private Matrix[] Gradients(BottleneckState state, Matrix[] signals)
    {
        var gradients = new Matrix[signals.Length];
        for (var l = signals.Length - 1; l >= 0; l--)
        {
            var own = state.Heads[l].At(signals[l], true).Gradients!;
            gradients[l] = l == signals.Length - 1
                ? own
                : SignalGradients.Chain(gradients[l + 1], own, signals[l].Columns);
        }

        return gradients;
    }

    // By power iteration from one vector of draws. The result is a little too small, never too great.
    private double Greatest(Func<Matrix, Matrix> multiply)
    {
        var v = Matrix.Wrap(Draws.normals(0, _x.Rows * Outputs), _x.Rows, Outputs);
        var eigenvalue = 0.0;
        for (var k = 0; k < Iterations; k++)
        {
            var size = Math.Sqrt(RowProducts.Dot(v.Data, v.Data));
            if (!(size > 0))
            {
                return 0;
            }

            v = Scaled(v, 1 / size);
            var next = multiply(v);
            (eigenvalue, v) = (Math.Sqrt(RowProducts.Dot(next.Data, next.Data)), next);
        }

        return eigenvalue;
    }

    // The network without bottlenecks has a kernel for each rate.
    private Matrix JoinedKernel()
    {
        Matrix Part(bool features, bool heads) => _network.JoinedTrained(features, heads).Ntk()
            .Cross(_samples, _x, _options.Gram.Exact, _workers.Cancellation);
        return _kernels.FeatureRate == _kernels.HeadRate
            ? Scaled(Part(true, true), _kernels.FeatureRate)
            : Entrywise.Combine(_kernels.FeatureRate, Part(true, false), _kernels.HeadRate, Part(false, true));
    }

    private BottleneckRecord Record(BottleneckState state, BottleneckStart start)
    {
        var (signal, count) = (Copy(state.Embeddings), state.Heads.Length);
        var (signals, gradients) = (new Matrix[count], new Matrix?[count]);
        for (var l = 0; l < count; l++)
        {
            signals[l] = signal;
            (signal, gradients[l]) = state.Heads[l].At(signal, _options.KeepKernels);
        }

        for (var l = count - 2; l >= 0 && _options.KeepKernels; l--)
        {
            gradients[l] = SignalGradients.Chain(gradients[l + 1]!, gradients[l]!, signals[l].Columns);
        }

        var predictions = Scaled(signal, _options.OutputMultiplier);
        // Steps change the memory of the state.
        var joined = state.Joined is { } f ? Scaled(Copy(f), _options.OutputMultiplier) : null;
        var (train, test) = (First(predictions), Behind(predictions));
        return new(_kernels, state.Step, predictions, signals, gradients)
        {
            Loss = LossOf(train, _targets),
            Accuracy = AccuracyOf(train, _targets),
            TestLoss = _testTargets is null ? null : LossOf(test!, _testTargets),
            TestAccuracy = _testTargets is null ? null : AccuracyOf(test!, _testTargets),
            Motion = Distance(First(signals[0]), First(start.Embeddings)),
            Curvature = state.Curvature,
            Parts = state.Parts,
            JoinedPredictions = joined,
            JoinedLoss = joined is null ? null : LossOf(First(joined), _targets),
        };
    }

    private Matrix? Behind(Matrix all) =>
        all.Rows == _x.Rows ? null : all.SelectRows(_x.Rows, all.Rows - _x.Rows);

    // The loss of F at the training samples, without the multiplier.
    private double LossOf(Matrix outputs) => LossOf(Scaled(outputs, _options.OutputMultiplier), _targets);

    private double LossOf(Matrix f, Matrix y) =>
        LossModule.value(LossFlow.Meaning(_options.Loss), LossFlow.ToMathNet(f), LossFlow.ToMathNet(y));

    private double? AccuracyOf(Matrix f, Matrix y) => _hasClasses ? TargetClasses.Right(f, y) : null;

    private static double Distance(Matrix a, Matrix b)
    {
        var difference = Entrywise.Add(a, b, -1).Data;
        var (moved, size) = (RowProducts.Dot(difference, difference), RowProducts.Dot(b.Data, b.Data));
        return size > 0 ? Math.Sqrt(moved / size) : 0;
    }

    private static Matrix Scaled(Matrix m, double factor) =>
        factor == 1 ? m : Matrix.Wrap(Array.ConvertAll(m.Data, v => factor * v), m.Rows, m.Columns);

    private CheckpointFile? Checkpoint() => _options.Checkpoint is null
        ? null
        : new(_options.Checkpoint, "hntk-bn1"u8.ToArray(), BottleneckDescription.Of(
            _network, _samples, _targets, _testTargets, _options));
}

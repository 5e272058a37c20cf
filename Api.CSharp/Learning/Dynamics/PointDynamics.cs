using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The training dynamics at m points. They hold some m × n numbers. A covariance takes up to five times m × n and four
/// times m × m numbers while it is computed.
/// </summary>
public sealed class PointDynamics
{
    private readonly TrainingDynamics _dynamics;
    private readonly Matrix _projected;
    private readonly Matrix _initial;
    private readonly Matrix _coordinates;
    private readonly bool _isReadOut;
    private readonly PointStarts _starts;

    /// <summary>The dynamics at points.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="cross">K between the points and the training samples, m × n.</param>
    /// <param name="initial">f_0 at the points, m × C.</param>
    /// <param name="isReadOut">Whether S drives the flow.</param>
    /// <param name="starts">S of the points and of the training samples.</param>
    /// <param name="watch">The listener to the product with the eigenvectors, and the token that stops it.</param>
    internal PointDynamics(
        TrainingDynamics dynamics,
        Matrix cross,
        Matrix initial,
        bool isReadOut,
        PointStarts starts,
        Watch watch)
    {
        (_dynamics, _initial, _isReadOut) = (dynamics, initial, isReadOut);
        _starts = starts;
        _projected = Projected(cross, watch);
        _coordinates = MatrixProducts.Times(dynamics.Basis.Vectors, dynamics.Residual, Workers(watch.Cancellation));
    }

    /// <summary>The numbers of points and outputs in one line.</summary>
    public override string ToString() =>
        $"PointDynamics: {ModelText.Count(_initial.Rows, "point")}, {ModelText.Count(_initial.Columns, "output")}";

    /// <summary>The mean of the trained networks, m × C.</summary>
    /// <param name="training">The training: gradient flow to a time, or steps of descent.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="OverflowException">Descent has diverged.</exception>
    public Matrix Mean(Training training, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var gains = Gains(training.Meaning);
        var scaled = Entrywise.ScaleRows(_coordinates, gains);
        var learned = MatrixProducts.Times(_projected, scaled, Workers(cancellation));
        return Finite(Entrywise.Add(_initial, learned), gains, training);
    }

    /// <summary>
    /// The mean and covariance of the trained networks, which are N(f_0, S) before training. Where S drives the flow,
    /// as for NNGP kernels, the covariance is S_tt − S_tX ψ(G) S_Xt with ψ(a) = φ(a)(2 − a φ(a)), for targets that
    /// carry noise N(0, r). ψ is φ_2t for the flow, and (1 − ρ²)/a for descent with any momentum, where ρ is its
    /// residual polynomial. Elsewhere it is S_tt + A S Aᵀ − A S_Xt − (A S_Xt)ᵀ with A = K_tX φ_t(G).
    /// </summary>
    /// <inheritdoc cref="Ensemble(Training, IProgress{double}, CancellationToken)"/>
    public NetworkEnsemble Ensemble(Training training, CancellationToken cancellation = default) =>
        Ensemble(training, null, cancellation);

    /// <summary>The mean and covariance of the trained networks, which are N(f_0, S) before training.</summary>
    /// <param name="training">The training: gradient flow to a time, or steps of descent.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1. Each product of matrices and each kernel that is computed at the
    /// first call is an equal part of it.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The points need more memory than there is.</exception>
    /// <exception cref="InvalidOperationException">The kernel has no prior, so that S is not known.</exception>
    /// <exception cref="OverflowException">Descent has diverged.</exception>
    public NetworkEnsemble Ensemble(
        Training training, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var (m, n) = ((long)_initial.Rows, (long)_dynamics.Targets.Rows);
        MemoryPlan.Require(
            n * n + 4 * m * n + 4 * m * m,
            $"A covariance of {m} points",
            "give fewer points at once, or ask for the mean");
        var watch = new Watch(progress, cancellation).Stage(0, 0.95);
        var covariance = _isReadOut ? ReadOut(training, watch) : Whole(training, watch);
        var ensemble = new NetworkEnsemble(
            Mean(training, cancellation),
            Finite(Entrywise.Covariance(covariance), Gains(training.Meaning), training));
        progress?.Report(1);
        return ensemble;
    }

    /// <summary>
    /// The standard deviations of the trained networks at each point, which all outputs share: m numbers, the roots of
    /// the diagonal of <see cref="Ensemble(Training, CancellationToken)"/>'s covariance. That matrix is not computed, and m × n numbers are kept at
    /// most four times. A variance that rounding made negative counts as 0, as there.
    /// </summary>
    /// <inheritdoc cref="Deviations(Training, IProgress{double}, CancellationToken)"/>
    public double[] Deviations(Training training, CancellationToken cancellation = default) =>
        Deviations(training, null, cancellation);

    /// <summary>The standard deviations of the trained networks at each point, which all outputs share.</summary>
    /// <param name="training">The training: gradient flow to a time, or steps of descent.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1. Each product of matrices and each kernel that is computed at the
    /// first call is an equal part of it.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The points need more memory than there is.</exception>
    /// <exception cref="InvalidOperationException">The kernel has no prior, so that S is not known.</exception>
    /// <exception cref="OverflowException">Descent has diverged.</exception>
    public double[] Deviations(
        Training training, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var (m, n) = ((long)_initial.Rows, (long)_dynamics.Targets.Rows);
        MemoryPlan.Require(n * n + 4 * m * n, $"Deviations of {m} points", "give fewer points at once");
        var watch = new Watch(progress, cancellation);
        var all = _isReadOut ? ReadOutVariances(training, watch) : WholeVariances(training, watch);
        var variances = Finite(Matrix.Wrap(all, (int)m, 1), Gains(training.Meaning), training);
        return Array.ConvertAll(variances.Data, v => v < 0 ? 0 : Math.Sqrt(v));
    }

    /// <summary>
    /// The mean of networks trained by gradient flow on another loss, df/dt = −K ∇L(f), at times in ascending order. It
    /// is integrated by an adaptive Runge–Kutta method of order 5. The targets are those of the dynamics, and the ridge
    /// is not used.
    /// </summary>
    /// <param name="loss">The loss that is minimized.</param>
    /// <param name="times">Finite times of at least 0, ascending.</param>
    /// <param name="tolerance">The error of a step relative to 1 + |f|.</param>
    /// <param name="maximumSteps">The most steps that may be taken.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>One m × C matrix for each time.</returns>
    /// <exception cref="ArgumentException">The times do not ascend, or the targets do not suit the loss.</exception>
    /// <exception cref="InvalidOperationException">More steps are needed than are allowed.</exception>
    public IReadOnlyList<Matrix> Flow(
        Loss loss,
        IReadOnlyList<double> times,
        double tolerance = 1e-9,
        int maximumSteps = 100_000,
        CancellationToken cancellation = default) =>
        Flow(loss, times, tolerance, maximumSteps, null, cancellation);

    /// <summary>
    /// The mean of networks trained by gradient flow on another loss, at times in ascending order, with progress.
    /// </summary>
    /// <param name="loss">The loss that is minimized.</param>
    /// <param name="times">Finite times of at least 0, ascending.</param>
    /// <param name="tolerance">The error of a step relative to 1 + |f|.</param>
    /// <param name="maximumSteps">The most steps that may be taken.</param>
    /// <param name="progress">
    /// Receives the time that a step has reached as a part of the last time, times 0.95, and 1 at the end.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>One m × C matrix for each time.</returns>
    /// <exception cref="ArgumentException">The times do not ascend, or the targets do not suit the loss.</exception>
    /// <exception cref="InvalidOperationException">More steps are needed than are allowed.</exception>
    public IReadOnlyList<Matrix> Flow(
        Loss loss,
        IReadOnlyList<double> times,
        double tolerance,
        int maximumSteps,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        var workers = Workers(cancellation);
        var flow = LossFlow.Flow(
            _dynamics, loss, times, tolerance, maximumSteps, weights => Moved(weights, workers), workers, progress);
        progress?.Report(1);
        return flow;
    }

    private Workers Workers(CancellationToken cancellation) => _dynamics.Workers with { Cancellation = cancellation };

    private Matrix Moved(Matrix weights, Workers workers)
    {
        // The product is K(x,X) a = (K(x,X) V)(Vᵀ a).
        var coordinates = MatrixProducts.Times(_dynamics.Basis.Vectors, weights, workers);
        return Entrywise.Add(_initial, MatrixProducts.Times(_projected, coordinates, workers));
    }

    private double[] Gains(Core.Training training) =>
        Core.Dynamics.gains(training, _dynamics.Targets.Data.Length, _dynamics.Basis.Values);

    // The covariance is S_tt - S_tX ψ(G) S_Xt where S drives the flow.
    private Matrix ReadOut(Training training, Watch watch)
    {
        var explained = MatrixProducts.TimesTranspose(
            Explained(training), _projected, Workers(watch.Cancellation), watch.Progress.Stage(0, 0.5));
        return Entrywise.Add(_starts.Own(watch.Stage(0.5, 1)), explained, -1);
    }

    private double[] ReadOutVariances(Training training, Watch watch)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        var explained = Explained(training);
        return Variances(i => -RowProducts.Dot(explained.Row(i), _projected.Row(i)), watch);
    }

    // K(t,X) V diag(ψ), whose product with V' K(X,t) is what training explains.
    private Matrix Explained(Training training) => Entrywise.ScaleColumns(
        _projected,
        Core.Dynamics.varianceGains(training.Meaning, _dynamics.Targets.Data.Length, _dynamics.Basis.Values));

    private Matrix Whole(Training training, Watch watch)
    {
        var (workers, all) = (Workers(watch.Cancellation), 7.0);
        var a = Learning(training, watch.Stage(0, 1 / all));
        var starts = _starts.Training(watch.Stage(1 / all, 2 / all));
        var moved = MatrixProducts.Times(a, starts, workers, watch.Progress.Stage(2 / all, 3 / all));
        var spread = MatrixProducts.TimesTranspose(moved, a, workers, watch.Progress.Stage(3 / all, 4 / all));
        var cross = _starts.Cross(watch.Stage(4 / all, 5 / all));
        var crossed = MatrixProducts.TimesTranspose(a, cross, workers, watch.Progress.Stage(5 / all, 6 / all));

        // Both cross terms together are the symmetric part of -2 A S_Xt.
        return Entrywise.Add(Entrywise.Add(_starts.Own(watch.Stage(6 / all, 1)), spread), crossed, -2);
    }

    private double[] WholeVariances(Training training, Watch watch)
    {
        var all = 5.0;
        var a = Learning(training, watch.Stage(0, 1 / all));
        var starts = _starts.Training(watch.Stage(1 / all, 2 / all));
        var spread = MatrixProducts.Times(
            a, starts, Workers(watch.Cancellation), watch.Progress.Stage(2 / all, 3 / all));
        var cross = _starts.Cross(watch.Stage(3 / all, 4 / all));
        return Variances(
            i => RowProducts.Dot(spread.Row(i), a.Row(i)) - 2 * RowProducts.Dot(a.Row(i), cross.Row(i)),
            watch.Stage(4 / all, 1));
    }

    // A = K(t,X) φ(G).
    private Matrix Learning(Training training, Watch watch) => MatrixProducts.Times(
        Entrywise.ScaleColumns(_projected, Gains(training.Meaning)), _dynamics.Basis.Vectors,
        Workers(watch.Cancellation), watch.Progress);

    private double[] Variances(Func<int, double> change, Watch watch)
    {
        var starts = _starts.Diagonal(watch.Stage(0, 0.5));
        var variances = new double[starts.Length];
        var done = new StepProgress(watch.Progress.Stage(0.5, 1), starts.Length);
        for (var i = 0; i < starts.Length; i++)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            variances[i] = starts[i] + change(i);
            done.Add();
        }

        return variances;
    }

    // K(x,X) v is 0 where the eigenvalue of v is. A product within its own rounding counts as 0 there.
    private Matrix Projected(Matrix cross, Watch watch)
    {
        var (values, n) = (_dynamics.Basis.Values, _dynamics.Basis.Values.Length);
        var product = MatrixProducts.TimesTranspose(
            cross, _dynamics.Basis.Vectors, Workers(watch.Cancellation), watch.Progress);
        var cut = Core.Dynamics.cutoff(values);
        for (var i = 0; i < product.Rows; i++)
        {
            var noise = Math.Sqrt(RowProducts.Dot(cross.Row(i), cross.Row(i))) * Roundoff.ofSum(n);
            for (var j = 0; j < n && values[j] <= cut; j++)
            {
                ref var p = ref product.Data[i * n + j];
                p = Math.Abs(p) <= noise ? 0 : p;
            }
        }

        return product;
    }

    // Training that does not diverge leaves at most a small multiple of a residual. Numbers that overflow all the same
    // are due to the targets.
    private bool IsDiverged(double[] gains) =>
        !gains.Zip(_dynamics.Basis.Values).All(pair => Math.Abs(pair.First * pair.Second) < 1e6);

    private Matrix Finite(Matrix m, double[] gains, Training training) => Array.TrueForAll(m.Data, double.IsFinite)
        ? m
        : throw new OverflowException(training.Meaning.IsFlow || !IsDiverged(gains)
            ? $"The numbers of the {training} are not finite; scale the targets and the initial function down."
            : $"Training diverged ({training}): the learning rate is above the maximum; " +
                "lower it, or take fewer steps.");
}

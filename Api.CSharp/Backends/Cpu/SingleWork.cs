using System.Numerics;

namespace HadamardNtk;

/// <summary>A Gram matrix in float32; pairs whose angle float32 inner products do not know go to float64 and on.</summary>
internal sealed class SingleWork : BlockWork<float>
{
    // 1 - |ρ| below this is in doubt: an error of 1e-7 in ρ is one of 2e-6 in the angle.
    private const double Nearest = 2e-3;

    private readonly Lazy<DoubleLane> _double;

    internal SingleWork(GramRequest request, SampleSet rows, SampleSet columns, CpuSettings settings, int threads)
        : base(
            request,
            rows,
            columns,
            rows.Plan(request.Kind, single: true),
            InnerProducts.Single(settings.Products, request.X, request.Other, threads),
            settings,
            threads) =>
        _double = new(() => new(rows, columns, rows.Plan(request.Kind, single: false), threads));

    internal override StripRunner<float> NewRunner() => StripRunners.Single(Plan, Settings.Width, Compiled);

    internal override BlockWorker<float> NewWorker() => new Worker(this);

    public override void Dispose()
    {
        base.Dispose();
        if (_double.IsValueCreated)
        {
            _double.Value.Dispose();
        }
    }

    /// <summary>What the float64 lane needs, made when a pair first takes it.</summary>
    private sealed class DoubleLane : IDisposable
    {
        internal DoubleLane(SampleSet rows, SampleSet columns, StripPlan plan, int threads)
        {
            (Plan, Rows) = (plan, new(rows, plan, threads));
            Columns = rows == columns ? Rows : new(columns, plan, threads);
        }

        internal StripPlan Plan { get; }

        internal StripSamples<double> Rows { get; }

        internal StripSamples<double> Columns { get; }

        public void Dispose()
        {
            Rows.Dispose();
            Columns.Dispose();
        }
    }

    private sealed unsafe class Worker(SingleWork work) : BlockWorker<float>(work, Nearest)
    {
        private const int Panel = HermitePanels<float>.Width;

        private readonly NativeBuffer<double> _line = new(Panel);
        private StripRunner<double>? _double;

        public override void Dispose()
        {
            base.Dispose();
            _double?.Dispose();
            _line.Dispose();
        }

        // The whole panel runs in float64, with inner products of zero where none is wanted.
        private protected override void Raise(int i, int column, uint which, float* line)
        {
            var lane = work._double.Value;
            _double ??= StripRunners.Double(lane.Plan, work.Settings.Width, work.Compiled);
            var values = _line.Start;
            for (var k = 0; k < Panel; k++)
            {
                values[k] = (which >> k & 1) != 0 ? Pairs.Product(i, column + k) : 0;
            }

            _double.Run(lane.Rows, i, lane.Columns, column, Panel, values, 1 - work.Rows.Nearness);
            for (; which != 0; which &= which - 1)
            {
                var k = BitOperations.TrailingZeroCount(which);
                line[k] = Round(i, Value(i, column, k));
                Lanes.CountDouble();
            }
        }

        private double Value(int i, int column, int k)
        {
            return _double!.IsDoubtful(k, 1 - work.Rows.Nearness) ? Pairs.Pair(i, column + k)[Request.Kind] : _line.Start[k];
        }
    }
}

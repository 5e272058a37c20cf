using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Computes a Gram matrix in float32. Pairs whose angle float32 inner products do not determine escalate to float64,
/// and from there to double-double.
/// </summary>
internal sealed class SingleWork : BlockWork<float>
{
    private readonly Lazy<DoubleLane> _double;

    internal SingleWork(GramRequest request, SampleSet rows, SampleSet columns, CpuSettings settings, Workers workers)
        : base(
            request,
            rows,
            columns,
            rows.Plan(request.Kind, columns, Precision.Float32),
            settings.Products.Single(request.X, request.Other, workers, request.Prepared),
            settings,
            workers) =>
        // This is created in the middle of the work, when the team is busy.
        _double = new(() => new(request, rows, columns, Plan, workers with { Team = null }));

    private protected override StripRunner<float> NewRunner() => StripRunners.Single(Plan, Settings.Width, Compiled);

    internal override BlockWorker<float> NewWorker() => new Worker(this);

    public override void Dispose()
    {
        base.Dispose();
        if (_double.IsValueCreated)
        {
            _double.Value.Dispose();
        }
    }

    /// <summary>The data of the float64 lane, which is created when the first pair takes the lane.</summary>
    private sealed class DoubleLane : IDisposable
    {
        private readonly Lazy<InnerProducts<double>> _products;

        internal DoubleLane(GramRequest request, SampleSet rows, SampleSet columns, StripPlan plan, Workers workers)
        {
            Plan = plan;
            _products = new(() => ProductLibrary.Own.Double(request.X, request.Other, workers, request.Prepared));
            Columns = StripSamples<double>.Of(columns, plan, workers, request.Prepared);
            Rows = rows == columns ? Columns : new(rows, plan, workers, StripTables.OfRows);
        }

        internal StripPlan Plan { get; }

        /// <summary>The inner products of many pairs at once, with the same bits as those of single pairs.</summary>
        internal InnerProducts<double> Products => _products.Value;

        internal StripSamples<double> Rows { get; }

        internal StripSamples<double> Columns { get; }

        public void Dispose()
        {
            Rows.Release();
            Columns.Release();
            if (_products.IsValueCreated)
            {
                _products.Value.Dispose();
            }
        }
    }

    private sealed unsafe class Worker(SingleWork work) : BlockWorker<float>(work, work.Plan.SingleNearness)
    {
        private const int Panel = HermitePanels<float>.Width;

        // From this number of pairs of a panel on, the inner products of the whole part are computed at once.
        private const int Many = 8;

        private readonly NativeBuffer<double> _line = new(Panel);
        private (int Row, int Column, int Rows, int Columns) _part;
        private NativeBuffer<double>? _products;
        private StripRunner<double>? _double;
        private bool _areKnown;

        public override void Dispose()
        {
            base.Dispose();
            _double?.Dispose();
            _line.Dispose();
            _products?.Dispose();
        }

        private protected override void BeginPart(int row, int column, int rows, int columns) =>
            (_part, _areKnown) = ((row, column, rows, columns), false);

        // The whole panel runs in float64. The inner products of pairs that do not escalate are set to zero.
        private protected override void Raise(int i, int column, int place, uint which, float* line)
        {
            var lane = work._double.Value;
            _double ??= StripRunners.Double(lane.Plan, work.Settings.Width, work.Compiled);
            var values = _line.Start;
            Multiply(lane, i, column, which, values);
            _double.Run(lane.Rows, i, lane.Columns, column, Panel, values, 1 - work.Rows.Nearness);
            var (strange, doubtful) = (_double.Unknown(0), _double.Doubtful(0, 1 - work.Rows.Nearness));
            for (; which != 0; which &= which - 1)
            {
                var k = BitOperations.TrailingZeroCount(which);
                line[k] = Round(
                    i,
                    column + k,
                    (doubtful >> k & 1) == 0 ? values[k]
                    : (strange >> k & 1) != 0 ? Pairs.Pair(i, column + k)[Request.Kind]
                    : Pairs.Exact(i, column + k)[Request.Kind]);
                Lanes.CountDouble();
            }
        }

        private void Multiply(DoubleLane lane, int i, int column, uint which, double* values)
        {
            if (!_areKnown && BitOperations.PopCount(which) >= Many)
            {
                _products ??= new(PartHeight * PartWidth);
                lane.Products.Tile(_part.Row, _part.Rows, _part.Column, _part.Columns, _products.Start, PartWidth);
                _areKnown = true;
            }

            var known = _areKnown ? _products!.Start + (i - _part.Row) * PartWidth + column - _part.Column : null;
            for (var k = 0; k < Panel; k++)
            {
                values[k] = (which >> k & 1) == 0 ? 0 : _areKnown ? known[k] : Pairs.Product(i, column + k);
            }
        }
    }
}

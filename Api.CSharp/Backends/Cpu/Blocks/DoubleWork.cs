using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Computes a Gram matrix in float64. Pairs whose angle float64 inner products do not determine escalate to
/// double-double.
/// </summary>
internal sealed class DoubleWork(
    GramRequest request, SampleSet rows, SampleSet columns, CpuSettings settings, Workers workers)
    : BlockWork<double>(
        request,
        rows,
        columns,
        rows.Plan(request.Kind, columns, Precision.Float64),
        settings.Products.Double(request.X, request.Other, workers, request.Prepared),
        settings,
        workers)
{
    private protected override StripRunner<double> NewRunner() => StripRunners.Double(Plan, Settings.Width, Compiled);

    internal override BlockWorker<double> NewWorker() => new Worker(this);

    private sealed unsafe class Worker(DoubleWork work) : BlockWorker<double>(work, work.Rows.Nearness)
    {
        private protected override void Raise(int i, int column, int place, uint which, double* line)
        {
            var strange = Runner.Unknown(place);
            for (; which != 0; which &= which - 1)
            {
                var k = BitOperations.TrailingZeroCount(which);
                var value = (strange >> k & 1) != 0 ? Pairs.Pair(i, column + k) : Pairs.Exact(i, column + k);
                line[k] = value[Request.Kind];
            }
        }
    }
}

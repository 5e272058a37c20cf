using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace HadamardNtk.Bench;

/// <summary>A column that is computed from the mean time and the parameters of a benchmark.</summary>
/// <param name="name">Its heading.</param>
/// <param name="legend">What it is.</param>
/// <param name="compute">From ns and the benchmark.</param>
internal sealed class DerivedColumn(string name, string legend, Func<double, BenchmarkCase, double> compute) : IColumn
{
    public string Id => $"{nameof(DerivedColumn)}.{name}";

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics ? Show.Number(compute(statistics.Mean, benchmarkCase)) : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}

using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace HadamardNtk.Cli;

/// <summary>A column with the rate of the work, as in <c>12.3 M entries/s</c>.</summary>
/// <param name="entries">The number of entries of the whole work.</param>
internal sealed class RateColumn(double entries) : ProgressColumn
{
    private static readonly string[] Units = ["", "k ", "M ", "G ", "T "];

    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.Speed is { } part ? Rate(part * entries) : "", Style.Plain);

    /// <summary>A rate with three digits.</summary>
    internal static string Rate(double perSecond)
    {
        var unit = 0;
        for (; perSecond >= 999.5 && unit < Units.Length - 1; unit++)
        {
            perSecond /= 1000;
        }

        var format = perSecond < 9.995 ? "F2" : perSecond < 99.95 ? "F1" : "F0";
        return $"{perSecond.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}entries/s";
    }
}

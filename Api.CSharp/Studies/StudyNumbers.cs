using System.Globalization;

namespace HadamardNtk;

/// <summary>Numbers in the sentences of studies.</summary>
internal static class StudyNumbers
{
    /// <summary>A number with three digits, as in 0.0123 and 4.5e-13.</summary>
    internal static string Text(double x) => Math.Abs(x) is > 0 and (< 1e-3 or >= 1e4)
        ? x.ToString("0.##e-0", CultureInfo.InvariantCulture)
        : x.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>The verdict on a claim that was tested.</summary>
    internal static ClaimVerdict Verdict(bool found) => found ? ClaimVerdict.Found : ClaimVerdict.NotFound;
}

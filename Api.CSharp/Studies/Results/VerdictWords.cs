namespace HadamardNtk;

/// <summary>The words for verdicts in texts and reports.</summary>
internal static class VerdictWords
{
    internal static string Of(ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.Found => "found",
        ClaimVerdict.NotFound => "not found",
        ClaimVerdict.Reported => "reported",
        _ => throw new ArgumentOutOfRangeException(
            nameof(verdict), verdict, $"Expected Found, NotFound or Reported, not {verdict}."),
    };
}

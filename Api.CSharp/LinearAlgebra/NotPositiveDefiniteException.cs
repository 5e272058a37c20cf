namespace HadamardNtk;

/// <summary>A matrix that must be positive definite is not.</summary>
public sealed class NotPositiveDefiniteException : ArithmeticException, IHadamardNtkException
{
    private const string Usual = "raise the ridge (1e-8 of the mean diagonal is usual), or remove duplicate rows";

    private readonly double _pivot;

    internal NotPositiveDefiniteException(long leadingMinor, double pivot, double ridge, string mend = Usual)
        : base(
            $"K + r I is not positive definite with r = {ridge:R}: its leading minor of order {leadingMinor} "
            + $"has the pivot {pivot:R}; {mend}")
    {
        (LeadingMinor, _pivot, Ridge) = (leadingMinor, pivot, ridge);
    }

    /// <summary>The same exception with another proposed change.</summary>
    internal NotPositiveDefiniteException With(string mend) => new(LeadingMinor, _pivot, Ridge, mend);

    /// <summary>The order of the first leading minor that is not positive, from 1.</summary>
    public long LeadingMinor { get; }

    /// <summary>The absolute ridge that was used.</summary>
    public double Ridge { get; }
}

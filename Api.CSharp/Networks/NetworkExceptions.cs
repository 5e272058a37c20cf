namespace HadamardNtk;

/// <summary>A text is not a network.</summary>
public sealed class NetworkSyntaxException : FormatException, IHadamardNtkException
{
    internal NetworkSyntaxException(Core.SyntaxError error)
        : base(error.ToString())
    {
        Line = error.Line;
        Column = error.Column;
        Actual = error.Actual;
        Expected = error.Expected;
        Suggestion = error.Suggestion;
    }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>The column, from 1.</summary>
    public int Column { get; }

    /// <summary>The text at this place.</summary>
    public string Actual { get; }

    /// <summary>The text that could stand there.</summary>
    public string Expected { get; }

    /// <summary>The proposed change, such as the nearest known word, or an empty text.</summary>
    public string Suggestion { get; }
}

/// <summary>A network has no kernel limit that the independence calculus can vouch for.</summary>
public sealed class NetworkRefusedException : ArgumentException, IHadamardNtkException
{
    internal NetworkRefusedException(Core.Refusal refusal)
        : base(refusal.ToString())
    {
        Layer = refusal.Layer;
        Reason = refusal.Reason;
        Suggestion = refusal.Suggestion;
    }

    /// <summary>The layer, in the notation.</summary>
    public string Layer { get; }

    /// <summary>The reason for the refusal.</summary>
    public string Reason { get; }

    /// <summary>The proposed change.</summary>
    public string Suggestion { get; }
}

/// <summary>A kernel overflows, or its defining expectation diverges, at a sample.</summary>
public sealed class KernelUndefinedException : ArithmeticException, IHadamardNtkException
{
    internal KernelUndefinedException(Core.Undefined undefined, long row)
        : base($"row {row} (counted from 0): {undefined}")
    {
        _undefined = undefined;
        Layer = undefined.Layer;
        Row = row;
    }

    private readonly Core.Undefined _undefined;

    /// <summary>The same exception for a row that is counted from another one.</summary>
    internal KernelUndefinedException Moved(long first) => new(_undefined, Row + first);

    /// <summary>The layer, in the notation.</summary>
    public string Layer { get; }

    /// <summary>The sample, from 0.</summary>
    public long Row { get; }
}

namespace HadamardNtk.Bench;

/// <summary>What is asked of a run.</summary>
internal sealed record LargeOptions
{
    /// <summary>Small sizes and few rounds.</summary>
    internal bool IsQuick { get; init; }

    /// <summary>With the file of 14.4 GB, and with solvers of more than 20,000 samples.</summary>
    internal bool IsHuge { get; init; }

    /// <summary>As on a machine without a BLAS.</summary>
    internal bool IgnoresBlas { get; init; }

    /// <summary>Whether the result file is written whatever was run.</summary>
    internal bool Writes { get; init; }

    /// <summary>What was measured on, if not the processor; null for that.</summary>
    internal string? Name { get; init; }

    /// <summary>Whether the tables of docs/performance.md are written too.</summary>
    internal bool WritesPage { get; init; }

    /// <summary>The parts; none for all.</summary>
    internal IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Where files are written.</summary>
    internal string Folder { get; init; } = Path.GetTempPath();

    /// <summary>A run of everything at full size.</summary>
    internal bool IsFull => !IsQuick && Only.Count == 0;

    /// <summary>How often subjects are timed.</summary>
    internal RoundPlan Rounds => IsQuick ? new() { Count = 3, Budget = 5, Repeated = 0.01 } : new();

    /// <summary>Reads the command line.</summary>
    /// <returns>Null where it is wrong.</returns>
    internal static LargeOptions? Read(ReadOnlySpan<string> args, LargeOptions? before = null)
    {
        var options = before ?? new();
        return args switch
        {
            [] => options,
            ["--quick", .. var rest] => Read(rest, options with { IsQuick = true }),
            ["--huge", .. var rest] => Read(rest, options with { IsHuge = true }),
            ["--no-blas", .. var rest] => Read(rest, options with { IgnoresBlas = true }),
            ["--write", .. var rest] => Read(rest, options with { Writes = true }),
            ["--page", .. var rest] => Read(rest, options with { WritesPage = true }),
            ["--name", var name, .. var rest] => Read(rest, options with { Name = name }),
            ["--folder", var folder, .. var rest] => Read(rest, options with { Folder = folder }),
            ["--only", var parts, .. var rest] => Read(rest, options with { Only = [.. options.Only, .. parts.Split(',')] }),
            _ => null,
        };
    }
}

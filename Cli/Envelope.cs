using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli;

/// <summary>
/// The one JSON object of a run, in the form of <c>docs/json-schema.json</c>. The code for JSON is in a class of its
/// own, so that other runs do not load it.
/// </summary>
internal static class Envelope
{
    private const string Schema = "hntk/1";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // Commands that compute kernels in float64 and take no --precision.
    private static readonly string[] InFloat64 =
    [
        "align", "bottleneck", "compare", "demo", "dynamics", "empirical", "extrapolate", "graphs", "phase",
        "predict", "spectrum", "uci", "width",
    ];

    /// <summary>Prints the result of a command.</summary>
    /// <exception cref="StdoutException">It cannot be written.</exception>
    internal static void Print(IEnumerable<(string Key, object? Value)> fields) =>
        Print(new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, Node(f.Value)))));

    /// <summary>Prints the result of a command.</summary>
    /// <exception cref="StdoutException">It cannot be written.</exception>
    internal static void Print(JsonObject result)
    {
        var run = RunRecord.Current;
        var envelope = Head(run);
        envelope["arguments"] = Arguments(run.Parsed!);
        envelope["inputs"] = new JsonArray([.. run.Inputs.Select(Describe)]);
        envelope["network"] = run.Network;
        envelope["kernel"] = run.IsKernelRead ? run.Kernel : Text(run.Parsed!, "--kernel");
        envelope["precision"] = run.Precision is { } known
            ? ProvenanceFile.Word(known)
            : Text(run.Parsed!, "--precision") ?? (InFloat64.Contains(Command(run)) ? "f64" : null);
        envelope["backend"] = run.Backend ?? Text(run.Parsed!, "--backend");
        envelope["seconds"] = run.Seconds;
        Sanitize(result);
        envelope["result"] = result;

        // What stood at the top before there was an envelope stays there, and wins where both have one name.
        foreach (var (key, value) in result)
        {
            envelope[key] = value?.DeepClone();
        }

        Print(run, envelope);
    }

    /// <summary>
    /// Prints the error of a run that has no result. It is also said on stderr, so that a failure to print is ignored.
    /// </summary>
    internal static void PrintError(string kind, string message, int code)
    {
        var run = RunRecord.Current;
        var envelope = Head(run);
        envelope["error"] = new JsonObject { ["kind"] = kind, ["message"] = message, ["exitCode"] = code };
        try
        {
            Print(run, envelope);
        }
        catch (StdoutException)
        {
        }
    }

    private static void Print(RunRecord run, JsonObject envelope)
    {
        var text = envelope.ToJsonString(Indented);
        run.IsPrinted = true;
        Output.Line(text);
    }

    private static JsonObject Head(RunRecord run) => new()
    {
        ["schema"] = Schema,
        ["command"] = Command(run),
        ["version"] = ProgramIdentity.Version,
    };

    // Of a command within another, as cluster status, the outer one has the name.
    private static string? Command(RunRecord run)
    {
        var result = run.Parsed?.CommandResult;
        while (result?.Parent is CommandResult { Command: not RootCommand } outer)
        {
            result = outer;
        }

        return result?.Command is { } command and not RootCommand ? command.Name : null;
    }

    private static JsonNode Describe(RunInput input) => new JsonObject
    {
        ["file"] = input.File,
        ["sha256"] = input.Sha256,
        ["rows"] = input.Rows,
        ["columns"] = input.Columns,
    };

    // Options that have a value, given or by default, without their dashes; and the arguments without a name.
    private static JsonObject Arguments(ParseResult parsed)
    {
        var all = new JsonObject();
        foreach (var argument in parsed.CommandResult.Command.Arguments)
        {
            if (parsed.GetResult(argument) is { Tokens: [var token, ..] })
            {
                all[argument.Name.ToLowerInvariant()] = token.Value;
            }
        }

        foreach (var option in parsed.CommandResult.Command.Options)
        {
            if (option.Name.StartsWith("--", StringComparison.Ordinal) && option.Name != RunRecord.Json
                && Value(parsed, option) is { } value)
            {
                all[option.Name[2..]] = value;
            }
        }

        return all;
    }

    private static JsonNode? Value(ParseResult parsed, Option option)
    {
        if (option is Option<bool> flag)
        {
            return parsed.GetValue(flag) ? true : null;
        }

        if (option is Option<string[]> && parsed.GetResult(option) is { } several)
        {
            return new JsonArray([.. several.Tokens.Select(token => (JsonNode)token.Value)]);
        }

        return Text(parsed, option) is { } text ? Typed(text, option.ValueType) : null;
    }

    private static JsonNode Typed(string text, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return (type == typeof(int) || type == typeof(long))
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? whole
                : type != typeof(string)
                    && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number)
                        ? number
                        : text;
    }

    private static string? Text(ParseResult parsed, string name)
    {
        foreach (var option in parsed.CommandResult.Command.Options)
        {
            if (option.Name == name)
            {
                return Text(parsed, option);
            }
        }

        return null;
    }

    private static string? Text(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Tokens: [var token, ..] } ? token.Value
        : option.HasDefaultValue
            ? Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) is { Length: > 0 } text
                ? text
                : null
            : null;

    // JSON has no NaN and no infinity; null stands for them.
    private static JsonNode? Node(object? value) => value switch
    {
        double x => double.IsFinite(x) ? JsonValue.Create(x) : null,
        IReadOnlyList<double> numbers => new JsonArray([.. numbers.Select(x => Node(x))]),
        JsonNode node => node,
        _ => JsonSerializer.SerializeToNode(value, Indented),
    };

    // Objects that commands compose themselves may hold such numbers anywhere.
    private static void Sanitize(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var key in members.Select(member => member.Key).ToArray())
            {
                if (IsFinite(members[key]))
                {
                    Sanitize(members[key]);
                }
                else
                {
                    members[key] = null;
                }
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (IsFinite(items[i]))
                {
                    Sanitize(items[i]);
                }
                else
                {
                    items[i] = null;
                }
            }
        }
    }

    private static bool IsFinite(JsonNode? node) =>
        node is not JsonValue value || !value.TryGetValue<double>(out var number) || double.IsFinite(number);
}

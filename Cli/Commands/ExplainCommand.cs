using System.CommandLine;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>
/// hntk explain: prints the meaning of a network, or the layer at which it is refused and the reason.
/// </summary>
internal static class ExplainCommand
{
    private const int ShownLines = 40;

    private const string Facts =
        "  W1, W2, ... are the weights of the dense layers, x is the input. local: what reaches a channel directly, "
        + "through no later dense layer; odd: the weights whose change of sign flips the signal; mean: its mean is "
        + "not 0; uneven: its channels are not alike.";

    internal static Command Create()
    {
        var (net, json) = (Inputs.Net(), Inputs.Json());
        var command = new Command(
            "explain", "What the kernels of a network are: its tree, its recursion line by line, its formulas; or why "
                + "it is refused.")
        {
            net, json
        };
        command.Examples(
            "hntk explain --net '(dense(w=1.5,b=0.1) relu)^2 dense'",
            "hntk explain --net 'let p = dense in sum(hadamard(dense, p dense), p) dense'",
            "hntk explain --net 'hadamard(dense, dense) relu dense'    # is refused");
        command.SetAction(parsed => Explain(Inputs.ReadNetwork(parsed.GetValue(net)!), parsed.GetValue(json)));
        return command;
    }

    private static int Explain(Network network, bool json)
    {
        var explanation = network.Explain();
        try
        {
            Show(network, explanation, json);
        }
        catch (StdoutException) when (explanation.Refusal is not null)
        {
            // The refusal of the network itself is more informative.
        }

        return explanation.Refusal is { } refusal ? Failures.Report(refusal) : 0;
    }

    private static void Show(Network network, NetworkExplanation explanation, bool json)
    {
        if (json)
        {
            Output.Json(Describe(network, explanation));
        }
        else
        {
            Print(network, explanation);
        }
    }

    private static void Print(Network network, NetworkExplanation e)
    {
        Wrapped(network.ToString(), 0);
        Section("Tree", e.Tree.Select(Line));
        Output.Lines(Window.Wrapped(Facts, Window.Columns - 1, 2));
        Section(
            e.Refusal is null ? "Recursion, at a pair (x, x')" : "Recursion, as far as it goes",
            e.Recursion.SelectMany((r, i) => new[] { $"{Label(i)} {r.Sigma}", $"      {r.Theta}" }));
        Section(
            "Dual activations, in q1 = Sigma(x,x), q2 = Sigma(x',x'), c = Sigma(x,x'),\n"
                + "s = sqrt(q1 q2 - c^2), th = atan2(s, c)",
            e.Duals.SelectMany(d => new[]
            {
                $"T [{d.Activation}] = {d.Value}", $"T'[{d.Activation}] = {d.Derivative}", $"mean = {d.Mean}"
            }));
        Section("Positions and channels, and the pairs (p, p') of positions that are needed", ExplanationText.Positions(e));
        if (e.Sigma is not null)
        {
            Section("Kernels, in k = x.x'/d", [$"Sigma = {e.Sigma}", $"Theta = {e.Theta}"]);
        }
    }

    private static string Label(int number) => $"[{number}]".PadRight(5);

    private static string Line(NetworkTreeLine line)
    {
        var number = line.Number is { } n ? Label(n) : "     ";
        var text = $"{number} {new string(' ', 2 * line.Depth)}{line.Text}";
        var facts = line.Facts.Length > 0 ? "  " + line.Facts : "";
        return (line.IsRefused ? $"{text}   <-- refused" : $"{text.PadRight(40)}{facts}").TrimEnd();
    }

    // A long recursion repeats itself, so its middle is left out.
    private static void Section(string title, IEnumerable<string> content)
    {
        var lines = content.ToArray();
        if (lines.Length == 0)
        {
            return;
        }

        Output.Line();
        Output.Line(title);
        var hidden = lines.Length - ShownLines;
        foreach (var line in hidden > 4 ? lines[..(ShownLines - 8)] : lines)
        {
            Wrapped(line);
        }

        if (hidden > 4)
        {
            Output.Line($"  ... {hidden} lines more (--json has them all) ...");
            lines[^8..].ToList().ForEach(Wrapped);
        }
    }

    // Long formulas are broken at spaces to fit into the window.
    private static void Wrapped(string line) => Wrapped(line, 2);

    private static void Wrapped(string line, int indent) =>
        Output.Lines(Window.Wrapped(new string(' ', indent) + line, Window.Columns - 1, indent + 10));

    private static JsonObject Describe(Network network, NetworkExplanation e) => new()
    {
        ["network"] = network.ToString(),
        ["tree"] = Array(e.Tree, l => new JsonObject
        {
            ["depth"] = l.Depth,
            ["text"] = l.Text,
            ["signal"] = l.Number,
            ["facts"] = l.Facts,
            ["refused"] = l.IsRefused,
        }),
        ["recursion"] = Array(e.Recursion, r => new JsonObject { ["sigma"] = r.Sigma, ["theta"] = r.Theta }),
        ["duals"] = Array(e.Duals, d => new JsonObject
        {
            ["activation"] = d.Activation,
            ["value"] = d.Value,
            ["derivative"] = d.Derivative,
            ["mean"] = d.Mean,
        }),
        ["sigma"] = e.Sigma,
        ["theta"] = e.Theta,
        ["positions"] = Array(e.Positions, p => new JsonObject
        {
            ["signal"] = p.Number,
            ["layer"] = p.Layer,
            ["shape"] = p.Shape,
            ["offsets"] = p.Offsets,
            ["pairs"] = p.Pairs,
        }),
        ["position_pairs"] = e.PositionPairs,
        ["refusal"] = e.Refusal is { } r
            ? new JsonObject { ["layer"] = r.Layer, ["reason"] = r.Reason, ["mend"] = r.Suggestion }
            : null,
    };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonObject> describe) =>
        new([.. items.Select(describe)]);
}

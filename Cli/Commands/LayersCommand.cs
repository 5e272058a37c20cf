using System.CommandLine;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk layers: lists the words of the network language, with their options, defaults and formulas.</summary>
internal static class LayersCommand
{
    private const int Width = 80;
    private const int Column = 24;

    private static readonly string[] Grammar =
    [
        "A network is layers from left to right: dense relu dense. (dense relu)^3 is",
        "three copies with weights of their own; let p = dense in sum(p, p relu) uses",
        "one set of weights twice. Options stand in parentheses: dense(w=2,b=0.1); the",
        "first one may leave out its name: dense(2,b=0.1), leaky_relu(0.1). Numbers:",
        "1.5, -2e-3, 2/3, sqrt(2), 2*sqrt(2); w=he is sqrt(2). # begins a comment.",
    ];

    internal static Command Create()
    {
        var json = Inputs.Json();
        var command = new Command("layers", "The language of networks: every word with its options and its formula.")
        {
            json,
        };
        command.Examples("hntk layers", "hntk layers --json");
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                Output.Json(new() { ["words"] = new JsonArray([.. NetworkLanguage.Words.Select(Described)]) });
                return;
            }

            Print();
        });
        return command;
    }

    private static void Print()
    {
        foreach (var line in Grammar)
        {
            Output.Line(line);
        }

        foreach (var group in NetworkLanguage.Words.GroupBy(word => word.IsActivation))
        {
            Output.Line();
            Output.Line(group.Key ? "Activations, functions of x" : "Layers");
            foreach (var word in group)
            {
                Print(word);
            }
        }
    }

    private static void Print(LanguageWord word)
    {
        var name = "  " + word.Name + (word.TakesNetworks ? "(n1, n2, ...)" : "");
        var lines = Wrapped(word.Formula).ToList();
        Output.Line((name.PadRight(Column - 1) + " " + lines[0]).TrimEnd());
        var options = string.Join("; ", word.Options.Select(Text));
        foreach (var line in lines.Skip(1).Concat(options.Length > 0 ? Wrapped(options) : []))
        {
            Output.Line(new string(' ', Column) + line);
        }
    }

    // Accepted values are said where they are not any number.
    private static string Text(LanguageOption option)
    {
        var value = option.Default is { } given ? $"{option.Key}={given}" : option.Key;
        var kind = option.Accepts == "a number" ? "" : $" ({option.Accepts})";
        return value + kind + (option.IsRequired ? ", required" : "");
    }

    private static IEnumerable<string> Wrapped(string text)
    {
        while (text.Length > Width - Column)
        {
            // A word that is wider than the column has a line of its own.
            var cut = text.LastIndexOf(' ', Width - Column);
            cut = cut > 0 ? cut : text.IndexOf(' ');
            if (cut <= 0)
            {
                break;
            }

            yield return text[..cut];
            text = text[(cut + 1)..];
        }

        yield return text;
    }

    private static JsonNode Described(LanguageWord word) => new JsonObject
    {
        ["word"] = word.Name,
        ["kind"] = word.IsActivation ? "activation" : "layer",
        ["takes_networks"] = word.TakesNetworks,
        ["options"] = new JsonArray([.. word.Options.Select(option => (JsonNode)new JsonObject
        {
            ["key"] = option.Key,
            ["accepts"] = option.Accepts,
            ["default"] = option.Default,
            ["required"] = option.IsRequired,
        })]),
        ["formula"] = word.Formula,
    };
}

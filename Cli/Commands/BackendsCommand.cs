using System.CommandLine;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk backends: lists the backends, and the reason why one is not available.</summary>
internal static class BackendsCommand
{
    private const int Indent = 20;

    internal static Command Create()
    {
        var json = Inputs.Json();
        var command = new Command("backends", "What can compute on this machine, and why the rest cannot.") { json };
        command.Examples("hntk backends", "hntk backends --json");
        command.SetAction(parsed => List(parsed.GetValue(json)));
        return command;
    }

    private static int List(bool json)
    {
        var (rows, lapack) = (Rows().ToArray(), Lapack());
        if (json)
        {
            Output.Json(Described(rows, lapack));
            return 0;
        }

        foreach (var (name, isAvailable, description) in rows.Append(lapack))
        {
            var state = !isAvailable ? "missing" : name == Backends.Default.Name ? "default" : "";
            Output.Lines(Window.Wrapped($"{name,-10} {state,-8} {description}", Window.Columns, Indent));
        }

        return 0;
    }

    private static IEnumerable<(string Name, bool IsAvailable, string Description)> Rows()
    {
        foreach (var backend in Backends.All)
        {
            yield return (backend.Name, true, backend.Description);
        }

        if (!Backends.TryFindBlas(out _, out var reason))
        {
            yield return ("cpu-blas", false, reason.TrimEnd('.'));
        }

        foreach (var name in KnownBackends.OfTensors)
        {
            var isThere = KnownBackends.TryFindTensors(name, out var backend, out var why);
            yield return (name, isThere, isThere ? backend!.Description : why);
        }
    }

    // A LAPACK is not a backend. It solves and decomposes for every backend.
    private static (string Name, bool IsAvailable, string Description) Lapack() =>
        Backends.TryFindLapack(out var description, out var reason)
            ? ("lapack", true, description)
            : ("lapack", false, reason);

    private static JsonObject Described(
        (string Name, bool IsAvailable, string Description)[] rows,
        (string Name, bool IsAvailable, string Description) lapack) =>
        new()
        {
            ["backends"] = new JsonArray([.. rows.Select(row => (JsonNode)new JsonObject
            {
                ["name"] = row.Name,
                ["available"] = row.IsAvailable,
                ["default"] = row.Name == Backends.Default.Name,
                ["description"] = row.Description,
            })]),
            ["lapack"] = new JsonObject { ["available"] = lapack.IsAvailable, ["description"] = lapack.Description },
        };
}

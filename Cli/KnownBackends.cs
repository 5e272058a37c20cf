using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk.Cli;

/// <summary>The backends that --backend names: those of every build, and those on tensors.</summary>
internal static class KnownBackends
{
    /// <summary>The names of backends on tensors that are listed; cuda:1 and so on are other GPUs.</summary>
    internal static IReadOnlyList<string> OfTensors { get; } = ["torch", "cuda"];

    /// <summary>What --libtorch says; null where it says nothing.</summary>
    internal static string? LibtorchFolder { get; set; }

    /// <summary>The option that names the folder of libtorch.</summary>
    internal static Option<string?> Libtorch() => new("--libtorch")
    {
        Description = "Where libtorch is, for backends on tensors; else HNTK_LIBTORCH says it, or it is beside hntk or in NuGet's cache.",
        HelpName = "DIR",
    };

    /// <summary>Gives the option to a command that takes or lists backends.</summary>
    internal static void AddTo(Command command, Option<string?> libtorch)
    {
        var takes = command.Name == "backends";
        foreach (var option in command.Options)
        {
            takes |= option.Name == "--backend";
        }

        if (takes)
        {
            command.Add(libtorch);
        }
    }

    /// <summary>The backend of a name.</summary>
    /// <exception cref="ArgumentException">There is none here, and why.</exception>
    internal static IKernelBackend Find(string name) =>
        !IsOfTensors(name) ? Backends.Find(name)
        : TryFindTensors(name, out var backend, out var reason) ? backend
        : throw new ArgumentException($"expected a backend that is available here, not '{name}': {reason}");

    /// <summary>The backend of a name, if it can be had.</summary>
    internal static bool TryFindTensors(string name, [NotNullWhen(true)] out IKernelBackend? backend, out string reason) =>
        TorchBackend.TryCreate(name == "torch" ? "cpu" : name, new TorchSettings { LibtorchFolder = LibtorchFolder }, out backend, out reason);

    private static bool IsOfTensors(string name) => name == "torch" || name == "cuda" || name.StartsWith("cuda:", StringComparison.Ordinal);
}

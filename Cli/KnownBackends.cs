using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk.Cli;

/// <summary>The backends that --backend can name: those of the API, and those on tensors.</summary>
internal static class KnownBackends
{
    /// <summary>The names of backends on tensors that are listed. Other GPUs are cuda:1 and so on.</summary>
    internal static IReadOnlyList<string> OfTensors { get; } = ["torch", "cuda"];

    /// <summary>The value of --libtorch, or null.</summary>
    internal static string? LibtorchFolder { get; set; }

    /// <summary>The option that names the folder of libtorch.</summary>
    internal static Option<string?> Libtorch() => new("--libtorch")
    {
        Description =
            "Where libtorch is, for backends on tensors; "
            + "else HNTK_LIBTORCH says it, or it is beside hntk or in NuGet's cache.",
        HelpName = "DIR",
    };

    /// <summary>Adds the option to a command that takes or lists backends.</summary>
    internal static void AddTo(Command command, Option<string?> libtorch)
    {
        var takes = command.Name is "backends" or "study";
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
    /// <exception cref="ArgumentException">
    /// The backend is unknown or not available; the message has the reason.
    /// </exception>
    internal static IKernelBackend Find(string name) =>
        !IsOfTensors(name) ? Backends.Find(name)
        : TryFindTensors(name, out var backend, out var reason) ? backend
        : throw new ArgumentException($"expected a backend that is available here, not '{name}': {reason}");

    /// <summary>The device of the backend of a name, which must be one on tensors.</summary>
    /// <exception cref="ArgumentException">The backend is another one, or is not available.</exception>
    internal static string Device(string name)
    {
        if (!IsOfTensors(name))
        {
            throw new ArgumentException(
                $"expected a backend on tensors, torch, cuda or cuda:N, not '{name}'; leave --backend out for torch");
        }

        _ = Find(name);
        return DeviceOf(name);
    }

    /// <summary>Creates the backend of a name on tensors, if it is available.</summary>
    internal static bool TryFindTensors(
        string name, [NotNullWhen(true)] out IKernelBackend? backend, out string reason) =>
        TorchBackend.TryCreate(
            DeviceOf(name), new TorchSettings { LibtorchFolder = LibtorchFolder },
            out backend, out reason);

    /// <summary>Makes sure that tensors can be computed, where work needs them.</summary>
    /// <exception cref="ArgumentException">libtorch is missing; the message has the reason and a remedy.</exception>
    internal static void RequireTensors(bool areNeeded)
    {
        if (areNeeded && !TryFindTensors("torch", out _, out var reason))
        {
            throw new ArgumentException($"expected libtorch, for networks of finite width: {reason}");
        }
    }

    private static string DeviceOf(string name) => name == "torch" ? "cpu" : name;

    private static bool IsOfTensors(string name) =>
        name == "torch" || name == "cuda" || name.StartsWith("cuda:", StringComparison.Ordinal);
}

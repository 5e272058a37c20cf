using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>Makes a backend, or says why it is not available on this machine.</summary>
/// <param name="backend">The backend, or null.</param>
/// <param name="reason">The reason why there is none and how to get one, or an empty text.</param>
public delegate bool BackendFactory([NotNullWhen(true)] out IKernelBackend? backend, out string reason);

/// <summary>
/// The names of all backends and their factories. The backends are those of this library and those that a program
/// registers. Each is made once, when it is first asked for.
/// </summary>
public static class BackendRegistry
{
    private static readonly Lock Gate = new();

    private static readonly List<Entry> Entries =
    [
        Of(Backends.Cpu),
        New(Backends.BlasName, Backends.TryMakeBlas),
        Of(Backends.Reference),
        Of(Backends.Exact),
    ];

    /// <summary>All names, in the order of their registration.</summary>
    public static IReadOnlyList<string> Names
    {
        get
        {
            lock (Gate)
            {
                return [.. Entries.Select(entry => entry.Name)];
            }
        }
    }

    /// <summary>Registers a backend under a name, by which <see cref="Backends.Find"/> finds it.</summary>
    /// <param name="name">The name, made of letters, digits, '-' and ':'. No other backend may have it.</param>
    /// <param name="tryCreate">The factory, which is called at most once.</param>
    /// <exception cref="ArgumentException">The name is empty, has other characters, or is taken.</exception>
    public static void Register(string name, BackendFactory tryCreate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tryCreate);
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ':'))
        {
            throw new ArgumentException(
                $"Expected a name of letters, digits, '-' and ':'; came '{name}'.", nameof(name));
        }

        lock (Gate)
        {
            if (Entries.Exists(entry => entry.Name == name))
            {
                throw new ArgumentException(
                    $"Expected a name that no backend has; '{name}' is registered.", nameof(name));
            }

            Entries.Add(New(name, tryCreate));
        }
    }

    /// <summary>Finds the backend of a name, if it is registered and available here.</summary>
    /// <param name="name">The name.</param>
    /// <param name="backend">The backend, or null.</param>
    /// <param name="reason">The reason why there is none, or an empty text.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out IKernelBackend? backend, out string reason)
    {
        Lazy<(IKernelBackend? Backend, string Reason)>? made;
        lock (Gate)
        {
            made = Entries.Find(entry => entry.Name == name)?.Made;
        }

        (backend, reason) = made?.Value ?? (null, "no backend of this name is registered");
        return backend is not null;
    }

    private static Entry Of(IKernelBackend backend) => new(backend.Name, new((backend, "")));

    private static Entry New(string name, BackendFactory tryCreate) =>
        new(name, new(() =>
        {
            try
            {
                return tryCreate(out var backend, out var reason) ? (backend, "") : (null, reason);
            }
            catch (Exception e)
            {
                return (null, $"its factory failed: {e.Message}");
            }
        }));

    private sealed record Entry(string Name, Lazy<(IKernelBackend? Backend, string Reason)> Made);
}

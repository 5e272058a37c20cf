using System.Net;

namespace HadamardNtk;

/// <summary>The kinds of places where a cluster keeps the list of its members.</summary>
internal enum ClusterPlace
{
    /// <summary>This machine, whose first worker keeps the list.</summary>
    Local,

    /// <summary>A server of Redis.</summary>
    Redis,

    /// <summary>A database of PostgreSQL.</summary>
    Postgres,
}

/// <summary>The checked address of a cluster.</summary>
/// <param name="Place">The kind of place.</param>
/// <param name="Host">The host.</param>
/// <param name="Port">The port.</param>
/// <param name="User">The user, or null.</param>
/// <param name="Password">The password, or null.</param>
/// <param name="Database">The database, or null.</param>
/// <param name="IsEncrypted">Whether the way to the place is encrypted.</param>
internal sealed record ClusterAddress(
    ClusterPlace Place, string Host, int Port, string? User, string? Password, string? Database, bool IsEncrypted)
{
    private const int UsualLocalPort = 11111;
    private const int UsualRedisPort = 6379;
    private const int UsualPostgresPort = 5432;

    private const string Expected =
        "Expected the address of a cluster, redis://HOST:PORT, postgres://USER@HOST/DATABASE or localhost";

    /// <summary>The address without its user and password, as messages show it.</summary>
    internal string Shown => Place switch
    {
        ClusterPlace.Local => $"localhost:{Port}",
        ClusterPlace.Redis => $"{(IsEncrypted ? "rediss" : "redis")}://{Host}:{Port}",
        _ => $"postgres://{Host}:{Port}/{Database}",
    };

    /// <summary>Reads an address.</summary>
    /// <exception cref="ArgumentException">The text is none.</exception>
    internal static ClusterAddress Parse(string text)
    {
        if (text == "localhost" || text.StartsWith("localhost:", StringComparison.Ordinal))
        {
            var rest = text["localhost".Length..].TrimStart(':');
            return new(ClusterPlace.Local, "localhost", LocalPort(text, rest), null, null, null, false);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw Refusal(text);
        }

        var (user, password) = Account(uri);
        var database = uri.AbsolutePath.Trim('/');
        return uri.Scheme switch
        {
            // Other tools write the number of the usual database, 0, which is the one that is used here.
            "redis" or "rediss" when database is "" or "0" => new(
                ClusterPlace.Redis, uri.Host, PortOf(uri, UsualRedisPort), user, password, null,
                uri.Scheme == "rediss"),
            "postgres" or "postgresql" when database.Length > 0 => new(
                ClusterPlace.Postgres, uri.Host, PortOf(uri, UsualPostgresPort), user, password,
                Uri.UnescapeDataString(database), false),
            _ => throw Refusal(text),
        };
    }

    /// <summary>Whether an address of a machine is reached by its own processes alone.</summary>
    internal static bool IsLoopback(string address) =>
        IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip);

    private static int LocalPort(string text, string rest) =>
        rest.Length == 0 ? UsualLocalPort
        : int.TryParse(rest, out var port) && port is > 1023 and < 65535 ? port
        : throw Refusal(text);

    private static int PortOf(Uri uri, int usual) => uri.Port > 0 ? uri.Port : usual;

    private static (string? User, string? Password) Account(Uri uri)
    {
        var parts = uri.UserInfo.Split(':', 2);
        return (Part(parts, 0), Part(parts, 1));
    }

    private static string? Part(string[] parts, int k) =>
        parts.Length > k && parts[k].Length > 0 ? Uri.UnescapeDataString(parts[k]) : null;

    private static ArgumentException Refusal(string text) =>
        new($"{Expected}; came '{MessageText.Clean(WithoutPassword(text))}'.");

    // A text that is no address may hold a password nevertheless, which is all between the first : and the last @.
    private static string WithoutPassword(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var (start, end) = (scheme < 0 ? 0 : scheme + "://".Length, text.LastIndexOf('@'));
        var colon = end < start ? -1 : text.IndexOf(':', start, end - start);
        return colon < 0 ? text : $"{text[..colon]}:...{text[end..]}";
    }
}

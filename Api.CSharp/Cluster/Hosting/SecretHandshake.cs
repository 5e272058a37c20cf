using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace HadamardNtk;

/// <summary>
/// Begins a connection with a proof, in both directions, that the other end has the shared secret. Each end sends a
/// random number, and then HMAC-SHA-256 of its role and both numbers under the secret. A connection that fails is
/// closed before any other byte is read.
/// </summary>
internal static class SecretHandshake
{
    private const int Length = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Adds the handshake to connections that this end opens, or that it takes.</summary>
    internal static void Use(IConnectionBuilder connections, string secret, bool isOpener)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        connections.Use(next => async connection =>
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
            timeout.CancelAfter(Patience);
            await Prove(connection.Transport, key, isOpener, timeout.Token);
            await next(connection);
        });
    }

    /// <summary>Proves this end's knowledge of the key, and demands the other's.</summary>
    /// <exception cref="ConnectionAbortedException">The other end has another key, or none.</exception>
    internal static async Task Prove(IDuplexPipe pipe, byte[] key, bool isOpener, CancellationToken stop)
    {
        var mine = RandomNumberGenerator.GetBytes(Length);
        await pipe.Output.WriteAsync(mine, stop);
        var theirs = await Read(pipe.Input, stop);
        var (opener, taker) = isOpener ? (mine, theirs) : (theirs, mine);

        // The one who opens proves first, so that a stranger who connects learns nothing made with the key.
        if (isOpener)
        {
            await pipe.Output.WriteAsync(Proof(key, "opener", opener, taker), stop);
            Require(await Read(pipe.Input, stop), Proof(key, "taker", opener, taker));
        }
        else
        {
            Require(await Read(pipe.Input, stop), Proof(key, "opener", opener, taker));
            await pipe.Output.WriteAsync(Proof(key, "taker", opener, taker), stop);
        }
    }

    private static byte[] Proof(byte[] key, string role, byte[] opener, byte[] taker) =>
        HMACSHA256.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes($"hntk {role} "), .. opener, .. taker]);

    private static void Require(byte[] came, byte[] expected)
    {
        if (!CryptographicOperations.FixedTimeEquals(came, expected))
        {
            throw new ConnectionAbortedException("The other end does not have the secret of this cluster.");
        }
    }

    private static async Task<byte[]> Read(PipeReader reader, CancellationToken stop)
    {
        var read = await reader.ReadAtLeastAsync(Length, stop);
        if (read.Buffer.Length < Length)
        {
            throw new ConnectionAbortedException("The other end closed the connection before it proved anything.");
        }

        var bytes = read.Buffer.Slice(0, Length).ToArray();
        reader.AdvanceTo(read.Buffer.GetPosition(Length));
        return bytes;
    }
}

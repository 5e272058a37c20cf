using System.Net;
using System.Net.Sockets;

namespace HadamardNtk;

/// <summary>Finds ports on which nobody listens.</summary>
internal static class FreePorts
{
    /// <summary>A free port at an address.</summary>
    internal static int Any(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The first of two free ports in a row on this machine.</summary>
    internal static int Pair()
    {
        while (true)
        {
            var port = Any(IPAddress.Loopback);
            if (port < ushort.MaxValue && IsFree(IPAddress.Loopback, port + 1))
            {
                return port;
            }
        }
    }

    /// <summary>Whether a port is free.</summary>
    internal static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Millwright.Spine.Tests.Stage;

/// <summary>
/// Ports for processes that must be told theirs. They lie below the range from which the system takes ports for outgoing connections, so
/// that no connection of a parallel test takes one between the look and the start; and a restarted silo gets its own again.
/// </summary>
internal static class Ports
{
    private const int First = 26_000;
    private const int Count = 1_000;

    // Two runs on one machine begin at different places.
    private static int next = Environment.ProcessId % Count;

    public static int Take()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref next) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            // Somebody has it; the next one may do.
            return false;
        }
    }
}

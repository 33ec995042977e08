using System.Net;
using System.Net.Sockets;

namespace Millwright.Cli.Drill.Target;

/// <summary>
/// Ports that a restarted silo gets again: below the range from which systems take ports for outgoing connections, so that no connection
/// takes one while the silo is down.
/// </summary>
internal static class FreePorts
{
    private const int Count = 2_000;

    private static int next = Environment.ProcessId % Count;

    /// <summary>The first port of the range; the environment may move it, e.g. for several drills on one machine.</summary>
    private static int First => int.TryParse(Environment.GetEnvironmentVariable("MILLWRIGHT_DRILL_PORTS"), out int first) ? first : 22_000;

    public static int Take()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref next) % (First == 22_000 ? Count : 100));
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new DrillException($"No port from {First} on is free.");
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

using System.Net;
using System.Net.Sockets;

namespace Millwright.Cli.Drill.Target;

/// <summary>
/// Ports that a restarted silo gets again: below the range from which systems take ports for outgoing connections, so that no connection
/// takes one while the silo is down.
/// </summary>
internal sealed class FreePorts(int first, int count)
{
    // Two runs on one machine begin at different places.
    private int next = Environment.ProcessId % count;

    /// <summary>Null when all are taken.</summary>
    public int? TryTake()
    {
        for (int tries = 0; tries < count; tries++)
        {
            int port = first + (int)((uint)Interlocked.Increment(ref next) % count);
            if (IsFree(port))
            {
                return port;
            }
        }

        return null;
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

namespace Millwright.LoadGenerator.Payloads;

/// <summary>Fixed-width decimal digits, written in place.</summary>
internal static class Digits
{
    public static void Write(Span<byte> target, long value)
    {
        unchecked
        {
            for (int i = target.Length - 1; i >= 0; i--)
            {
                long next = value / 10;
                target[i] = (byte)('0' + (int)(value - (next * 10)));
                value = next;
            }
        }
    }
}

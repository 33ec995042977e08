namespace Millwright.Core.Windows;

/// <summary>Taking values back: integers forget exactly, so a window that slides never drifts.</summary>
internal partial struct ExactMoments
{
    /// <summary>Takes back a value that was added. What is left is what would be there had it never come.</summary>
    public void Remove(double value)
    {
        unchecked
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(value);
            int shift = (int)((bits >> FractionBits) & 0x7ff) - origin;
            if ((uint)shift > MaxShift)
            {
                RemoveFar(value);
                return;
            }

            ulong mantissa = (bits & (Hidden - 1)) | Hidden;
            ulong low = mantissa << shift;
            ulong high = (mantissa >> 1) >> (63 - shift);
            ulong sign = ~(ulong)((long)bits >> 63);
            ulong one = sign & 1;
            AddSum((low ^ sign) + one, (high ^ sign) + (low == 0 ? one : 0), sign);
            RemoveSquare(mantissa, shift * 2);
        }
    }

    private static ulong Less(ref ulong word, ulong term, ulong borrow)
    {
        unchecked
        {
            ulong difference = word - term;
            ulong next = word < term ? 1UL : 0;
            word = difference - borrow;
            return next + (difference < borrow ? 1UL : 0);
        }
    }

    private void RemoveSquare(ulong mantissa, int shift)
    {
        ulong high = Math.BigMul(mantissa, mantissa, out ulong low);
        int bits = shift & 63;
        ulong term0 = low << bits;
        ulong term1 = (high << bits) | ((low >> 1) >> (63 - bits));
        ulong term2 = (high >> 1) >> (63 - bits);
        if (shift >= 64)
        {
            ulong above = Less(ref squares1, term0, 0);
            above = Less(ref squares2, term1, above);
            Less(ref squares3, term2, above);
            return;
        }

        ulong borrow = Less(ref squares0, term0, 0);
        borrow = Less(ref squares1, term1, borrow);
        borrow = Less(ref squares2, term2, borrow);
        Less(ref squares3, 0, borrow);
    }

    /// <summary>A zero, or a value that came when the origin lay elsewhere.</summary>
    private void RemoveFar(double value)
    {
        if (value == 0)
        {
            return;
        }

        if (wide is null && TryMoveTo(Exponent(value)))
        {
            Remove(value);
            return;
        }

        wide = Wide().Minus(value);
        Spill();
    }
}

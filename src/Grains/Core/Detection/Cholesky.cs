namespace Millwright.Core.Detection;

/// <summary>
/// S = L·Lᵀ for a small symmetric positive definite matrix, row by row in the lower triangle. Works in the caller's memory.
/// </summary>
internal static class Cholesky
{
    /// <summary>Replaces the lower triangle by L. False when the matrix is not positive definite, or not finite.</summary>
    public static bool TryFactor(Span<double> matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[(i * size) + j];
                for (int k = 0; k < j; k++)
                {
                    sum -= matrix[(i * size) + k] * matrix[(j * size) + k];
                }

                if (i != j)
                {
                    matrix[(i * size) + j] = sum / matrix[(j * size) + j];
                }
                else if (sum > 0 && double.IsFinite(sum))
                {
                    matrix[(i * size) + i] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Replaces <paramref name="vector"/> by S⁻¹ times it.</summary>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> vector)
    {
        int size = vector.Length;
        for (int i = 0; i < size; i++)
        {
            double sum = vector[i];
            for (int k = 0; k < i; k++)
            {
                sum -= factor[(i * size) + k] * vector[k];
            }

            vector[i] = sum / factor[(i * size) + i];
        }

        for (int i = size - 1; i >= 0; i--)
        {
            double sum = vector[i];
            for (int k = i + 1; k < size; k++)
            {
                sum -= factor[(k * size) + i] * vector[k];
            }

            vector[i] = sum / factor[(i * size) + i];
        }
    }
}

namespace Millwright.Core.Detection;

/// <summary>
/// Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations. Slower than the tridiagonal way, but short, exact to
/// the last bits, and the same on every machine. Works in the caller's memory.
///
/// Source: Golub and Van Loan, Matrix Computations, on the Jacobi methods.
/// </summary>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 30;

    /// <param name="matrix">Row by row; destroyed.</param>
    /// <param name="values">Largest first.</param>
    /// <param name="vectors">Row k belongs to value k.</param>
    public static void Decompose(Span<double> matrix, Span<double> values, Span<double> vectors)
    {
        int size = values.Length;
        vectors.Clear();
        for (int i = 0; i < size; i++)
        {
            vectors[(i * size) + i] = 1;
        }

        for (int sweep = 0; sweep < MaxSweeps && OffDiagonal(matrix, size) > 1e-22 * size * size; sweep++)
        {
            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    Rotate(matrix, vectors, size, (p, q));
                }
            }
        }

        for (int i = 0; i < size; i++)
        {
            values[i] = matrix[(i * size) + i];
        }

        Sort(values, vectors);
    }

    private static double OffDiagonal(ReadOnlySpan<double> matrix, int size)
    {
        double sum = 0;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
            {
                sum += matrix[(i * size) + j] * matrix[(i * size) + j];
            }
        }

        return sum;
    }

    private static void Rotate(Span<double> matrix, Span<double> vectors, int size, (int P, int Q) plane)
    {
        (int p, int q) = plane;
        double apart = matrix[(p * size) + q];
        if (apart == 0)
        {
            return;
        }

        double theta = (matrix[(q * size) + q] - matrix[(p * size) + p]) / (2 * apart);
        double tangent = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        double sine = tangent * cosine;
        for (int k = 0; k < size; k++)
        {
            (double first, double second) = (matrix[(k * size) + p], matrix[(k * size) + q]);
            matrix[(k * size) + p] = (cosine * first) - (sine * second);
            matrix[(k * size) + q] = (sine * first) + (cosine * second);
        }

        Turn(matrix, size, plane, (cosine, sine));
        Turn(vectors, size, plane, (cosine, sine));
    }

    /// <summary>Rotates two rows.</summary>
    private static void Turn(Span<double> rows, int size, (int P, int Q) plane, (double Cosine, double Sine) angle)
    {
        for (int k = 0; k < size; k++)
        {
            (double first, double second) = (rows[(plane.P * size) + k], rows[(plane.Q * size) + k]);
            rows[(plane.P * size) + k] = (angle.Cosine * first) - (angle.Sine * second);
            rows[(plane.Q * size) + k] = (angle.Sine * first) + (angle.Cosine * second);
        }
    }

    private static void Sort(Span<double> values, Span<double> vectors)
    {
        int size = values.Length;
        for (int i = 0; i < size; i++)
        {
            int largest = i;
            for (int j = i + 1; j < size; j++)
            {
                largest = values[j] > values[largest] ? j : largest;
            }

            if (largest != i)
            {
                (values[i], values[largest]) = (values[largest], values[i]);
                for (int k = 0; k < size; k++)
                {
                    (vectors[(i * size) + k], vectors[(largest * size) + k]) = (vectors[(largest * size) + k], vectors[(i * size) + k]);
                }
            }
        }
    }
}

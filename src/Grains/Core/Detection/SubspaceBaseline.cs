using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>Mean, covariance, principal components and usual distances; <see cref="SubspaceDetector"/> says what for.</summary>
internal sealed class SubspaceBaseline : CellBaseline
{
    private readonly int metrics;
    private readonly SubspaceParameters parameters;
    private readonly double tailPerUsual;

    // Components as rows, the largest first; weights of T² on the first of them.
    private readonly double[] components;
    private readonly double[] variances;
    private readonly double[] scales;
    private readonly double[] deviation;
    private readonly double[] weighted;
    private readonly double[] projections;
    private JointBaseline joint;
    private UsualLevel usualInside;
    private UsualLevel usualBeside;
    private UsualLevel usual;
    private int kept;
    private int sinceFit;
    private double inside;
    private double beside;
    private double toScore;

    public SubspaceBaseline(int metrics, SubspaceParameters parameters)
    {
        this.metrics = metrics;
        this.parameters = parameters;
        tailPerUsual = JointDistance.TailPerUsual(metrics);
        joint = new JointBaseline(metrics);
        components = new double[metrics * metrics];
        variances = new double[metrics];
        scales = new double[metrics];
        deviation = new double[metrics];
        weighted = new double[metrics];
        projections = new double[metrics];
    }

    public override double Warmup => (double)joint.Cells / parameters.Warmup;

    // The usual distances are learned in the second half of the warm-up: distances by a model of few cells would be noise.
    private bool IsModelled => kept > 0;

    public override bool TryScore(ReadOnlySpan<double> cell, out double score)
    {
        score = 0;
        if (!IsModelled || !TryMeasure(cell))
        {
            return false;
        }

        double index = Index();
        toScore = 1 / (usual.Value * tailPerUsual);
        score = index * toScore;
        if (score > Finding.MaxScore)
        {
            toScore *= Finding.MaxScore / score;
            score = Finding.MaxScore;
        }

        Weigh();
        return joint.Cells >= parameters.Warmup;
    }

    public override double Expected(int position) => joint.Mean[position];

    public override double Share(int position) => deviation[position] * weighted[position] * toScore;

    public override bool TryMoveInside(ReadOnlySpan<double> cell, int position, double limit, out double value)
    {
        double curvature = Curvature(position);
        double slope = weighted[position];
        double most = limit / toScore;
        double lowest = Index() - (slope * slope / curvature);
        value = 0;
        if (!(lowest < most) || slope == 0)
        {
            return false;
        }

        // The root nearer to what was observed, and then a hundredth of the way on: on the root itself rounding would decide.
        double toLowest = -slope / curvature;
        double toRoot = toLowest - Math.CopySign(Math.Sqrt((most - lowest) / curvature), toLowest);
        value = cell[position] + toRoot + ((toLowest - toRoot) * 0.01);
        return double.IsFinite(value);
    }

    public override void Learn(ReadOnlySpan<double> cell, bool isOut)
    {
        if (IsModelled && !isOut && TryMeasure(cell))
        {
            usualInside.Learn(inside);
            usualBeside.Learn(beside);
            usual.Learn(Index());
        }

        double weight = Math.Max(1.0 / (joint.Cells + 1), 1.0 / parameters.Memory) * (isOut ? parameters.Guard : 1);
        if (weight > 0)
        {
            joint.Learn(cell, weight);
        }

        if (++sinceFit >= parameters.Refit || (!IsModelled && joint.Cells >= parameters.Warmup / 2))
        {
            sinceFit = 0;
            if (joint.Cells >= parameters.Warmup / 2 && !isOut)
            {
                Fit();
            }
        }
    }

    public override void Save(StateWriter writer)
    {
        joint.Save(writer);
        usualInside.Save(writer);
        usualBeside.Save(writer);
        usual.Save(writer);
        writer.Int32(kept);
        writer.Int32(sinceFit);
        writer.Doubles(components);
        writer.Doubles(variances);
        writer.Doubles(scales);
    }

    public override void Restore(StateReader reader)
    {
        joint = JointBaseline.Restore(reader, metrics);
        usualInside = UsualLevel.Restore(reader);
        usualBeside = UsualLevel.Restore(reader);
        usual = UsualLevel.Restore(reader);
        kept = reader.Int32() is int count and >= 0 && count <= metrics
            ? count
            : throw new StateFormatException("A model of components keeps more than there are.");
        sinceFit = reader.Int32();
        Read(reader, components);
        Read(reader, variances);
        Read(reader, scales);
    }

    private double Index() => (inside / usualInside.Value) + (beside / usualBeside.Value);

    /// <summary>Both distances per degree of freedom, so that one is usual for either.</summary>
    private bool TryMeasure(ReadOnlySpan<double> cell)
    {
        double squares = 0;
        for (int i = 0; i < metrics; i++)
        {
            deviation[i] = cell[i] - joint.Mean[i];
            double standard = deviation[i] / scales[i];
            squares += standard * standard;
        }

        double within = 0;
        double covered = 0;
        for (int k = 0; k < kept; k++)
        {
            double projection = 0;
            for (int i = 0; i < metrics; i++)
            {
                projection += components[(k * metrics) + i] * deviation[i] / scales[i];
            }

            projections[k] = projection;
            covered += projection * projection;
            within += projection * projection / variances[k];
        }

        inside = within / kept;
        beside = Math.Max(0, squares - covered) / Rest();
        return double.IsFinite(inside) && double.IsFinite(beside);
    }

    /// <summary>Usual squared distance from the model space: what its components left over.</summary>
    private double Rest()
    {
        double rest = 0;
        for (int k = kept; k < metrics; k++)
        {
            rest += variances[k];
        }

        return rest;
    }

    /// <summary>Φd, metric by metric.</summary>
    private void Weigh()
    {
        double besideWeight = 1 / (Rest() * usualBeside.Value);
        for (int i = 0; i < metrics; i++)
        {
            double sum = deviation[i] / scales[i] * besideWeight;
            for (int k = 0; k < kept; k++)
            {
                sum += components[(k * metrics) + i] * projections[k] * Difference(k, besideWeight);
            }

            weighted[i] = sum / scales[i];
        }
    }

    private double Curvature(int position)
    {
        double besideWeight = 1 / (Rest() * usualBeside.Value);
        double sum = besideWeight;
        for (int k = 0; k < kept; k++)
        {
            double loading = components[(k * metrics) + position];
            sum += loading * loading * Difference(k, besideWeight);
        }

        return sum / (scales[position] * scales[position]);
    }

    private double Difference(int component, double besideWeight) =>
        (1 / (variances[component] * kept * usualInside.Value)) - besideWeight;

    private void Fit()
    {
        Span<double> matrix = stackalloc double[metrics * metrics];
        joint.Regularised(matrix, shrinkage: 0.01, parameters.MinScale);
        for (int i = 0; i < metrics; i++)
        {
            scales[i] = Math.Sqrt(matrix[(i * metrics) + i]);
        }

        for (int i = 0; i < metrics; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double correlation = matrix[(i * metrics) + j] / (scales[i] * scales[j]);
                matrix[(i * metrics) + j] = correlation;
                matrix[(j * metrics) + i] = correlation;
            }
        }

        SymmetricEigen.Decompose(matrix, variances, components);
        kept = 0;
        double held = 0;

        // One is always left over: without a residual there is no SPE.
        while (kept < metrics - 1 && held < parameters.Variance * metrics)
        {
            variances[kept] = Math.Max(variances[kept], 1e-9);
            held += variances[kept++];
        }

        for (int k = kept; k < metrics; k++)
        {
            variances[k] = Math.Max(variances[k], 1e-9);
        }
    }
}

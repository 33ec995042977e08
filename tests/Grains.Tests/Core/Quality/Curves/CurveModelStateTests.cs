using System.Buffers;
using Millwright.Core.Quality.Curves;
using Millwright.Core.State;

namespace Millwright.Grains.Tests.Core.Quality.Curves;

/// <summary>State that no model has written is refused, and what a model keeps has a bound.</summary>
public class CurveModelStateTests
{
    private const int Features = CurveFeatures.Count;

    private static readonly string Emoji = char.ConvertFromUtf32(0x1F529);

    [Fact]
    public void EditedState_IsRefused_OrCanBeJudgedBy()
    {
        byte[] saved = Save(Taught(["a", "b"]));
        int refused = 0;
        for (int at = 0; at < saved.Length; at++)
        {
            foreach (byte mask in (byte[])[0x01, 0x7F, 0x80, 0xFF])
            {
                byte[] edited = [.. saved];
                edited[at] ^= mask;
                var model = new CurveModel(new CurveModelOptions());
                if (!TryRestore(model, edited))
                {
                    refused++;
                    continue;
                }

                for (int i = 0; i < 3; i++)
                {
                    model.Observe("a", Good(i));
                    model.Observe("b", Good(i));
                }
            }
        }

        Assert.InRange(refused, saved.Length / 10, saved.Length * 4);
    }

    [Theory]
    [InlineData("none", true)]
    [InlineData("a programme twice", false)]
    [InlineData("a value that is no number", false)]
    [InlineData("a spread that cannot be", false)]
    [InlineData("a programme that was never learned", false)]
    [InlineData("a warm-up that is over and waits", false)]
    [InlineData("a count below zero", false)]
    [InlineData("too many programmes", false)]
    public void ContradictoryState_IsRefused(string fault, bool isAccepted)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new StateWriter(bytes);
        writer.Byte(1);
        writer.Text("1");
        writer.Boolean(true);
        writer.Int64(fault == "a count below zero" ? -1 : 40);
        writer.Int64(40);
        writer.Doubles(new double[Features]);
        writer.Doubles(Spread(fault == "a spread that cannot be" ? -1 : 1));
        writer.Doubles(Spread(1));
        writer.Int32(fault == "a warm-up that is over and waits" ? 1 : 0);
        if (fault == "a warm-up that is over and waits")
        {
            writer.Text("a");
            writer.Doubles(new double[Features]);
        }

        int programmes = fault == "too many programmes" ? CurveModel.MaxProgrammes + 1 : 2;
        writer.Int32(programmes);
        for (int i = 0; i < programmes; i++)
        {
            writer.Text(fault == "a programme twice" ? "a" : $"p{i}");
            writer.Int32(fault == "a programme that was never learned" ? -8 : 5);
            writer.Int64(i);
            writer.Doubles([.. Enumerable.Repeat(fault == "a value that is no number" ? double.NaN : 1, Features)]);
        }

        Assert.Equal(isAccepted, TryRestore(new CurveModel(new CurveModelOptions()), bytes.WrittenSpan.ToArray()));
    }

    [Fact]
    public void LongNames_AreBounded_AndStayApart()
    {
        string start = new('x', 4_000);
        CurveModel model = Taught([.. Enumerable.Range(0, CurveModel.MaxProgrammes).Select(i => $"{start}{i}")]);

        Assert.InRange(Save(model).Length, 1, CurveModel.MaxProgrammes * 220);
        Assert.Equal(2, model.Judge($"{start}17", Good(1))!.Learned);
        Assert.Equal(0, model.Judge($"{start}none", Good(1))!.Learned);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void LongName_IsFoundAgainAfterRestore(int shift)
    {
        // One of the two shifts has a pair of surrogates across the place of the cut.
        string name = new string('x', shift) + string.Concat(Enumerable.Repeat(Emoji, 100));
        CurveModel model = Taught([name]);
        var restored = new CurveModel(new CurveModelOptions());

        Assert.True(restored.Restore(new StateReader(Save(model))));

        Assert.Equal(model.Judge(name, Good(1))!.Learned, restored.Judge(name, Good(1))!.Learned);
        Assert.True(restored.Judge(name, Good(1))!.Learned > 0);
    }

    private static bool TryRestore(CurveModel model, byte[] state)
    {
        try
        {
            return model.Restore(new StateReader(state));
        }
        catch (StateFormatException)
        {
            return false;
        }
    }

    private static CurveModel Taught(string[] programmes)
    {
        var model = new CurveModel(new CurveModelOptions());
        for (int i = 0; i < 30; i++)
        {
            model.Observe("first", Good(i));
        }

        for (int i = 0; i < 2 * programmes.Length; i++)
        {
            model.Observe(programmes[i % programmes.Length], Good(i % 20));
        }

        return model;
    }

    private static double[] Spread(double variance) =>
        [.. Enumerable.Range(0, Features * Features).Select(i => i % (Features + 1) == 0 ? variance : 0)];

    private static double[] Good(int number) =>
        CurveFeatures.Of(CurveSource.Loosening(number).Torque, CurveSource.Loosening(number).Angle);

    private static byte[] Save(CurveModel model)
    {
        var bytes = new ArrayBufferWriter<byte>();
        model.Save(new StateWriter(bytes));
        return bytes.WrittenSpan.ToArray();
    }
}

using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

/// <summary>The state of a twin as the version with rounded sums wrote it: it is read, and the twin goes on.</summary>
public sealed class FirstVersionTests
{
    /// <summary>A twin after <see cref="Feed"/>, as base64.</summary>
    private const string State =
        """
        AQEIPQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAIe8bISN4IQAh7xshI3ghACHvG
        yEjeCAAAAAAAAAAAAAAAAAAAAAAAAgAAAAgAAABwcmVzc3VyZQB+BwAAAUAIe8bISN4IqMZLN4lBEkD/////ADwAAAAAAAAAQAh7xshI3ggAQAh7xshI
        3gioxks3iUESQP////88AAAAMwAAALg7v6pi5mS7wjg6wDcvg5jcsDcvg5jcsDcvg5jcsDcvg5jcsDcvg5jcsDcvg5jcscScAMoBAAABPA8uDu/qmLmZ
        LvCODrANy+DmNywNy+DmNywNy+DmNywNy+DmNywNy+DmNywNy+DmNyxxJwCAJwxJul41Qb8MU2s7iXz+7Gnict03rf242WdgT584to4l49drYRml89cS
        ahKG5WbQ/eG3Kz1sG9bpPwCDEm6XjVuKPXCj1wpKO5V8xZqCstrAhR+xdp4nLdN64IxX7xmJLQShislV+9hrHbQ4culpaG5WbQ/eCAxol41Pn8yyG4Xj
        S/621UCE/fPWjuVfMWagjdLZLplfBKGLeNxHqCt89BjRLxdoYrJVfvYI3TK/eI1QwOHEnK7lXuAAAAAAABa+fO1RZ2CMUSk/eO0EofvXTEq4ax+8CDcr
        OWhi3jcR6gjF85docrPKePWU3K6eAwYn71EtUwAAAAAAAIzRJymLdQShm0v3ztgrP3wIUWdvaH710xKuCM0S8anz0Mo5bJvE9YKyzUGDFpNwCdN5Hoct
        uOwp+8aTbKGJP3zJaGsctAnTeRloZtL987YIxR2yuHLRy/uUi0S7jr7VX712ttaOWybxPWCAQrtJfPnc3SdJ0nSe6/3sCDFZN2hiT98yWgj9bpOo9bDK
        OZ20vHqCUUnyFItjQAQAAAAAAEbDIwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABaAAAAAQBGu9jISN4IQAh7xshI3ggAAAAAAAAAgAEAAAA1AAAA
        PPg7v6pi5mS7wjgoe2JATQ3XYEAQkm6XjU/gQ6l0BAEuXjU/fO2AQCR1weeWfK1DpiJDo6gAAAAAAADh9QUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        AAAAxwAAAAEAo9nGyEjeCEAIe8bISN4IAAAAAAAAAIADAAAAigAAABUVErg7v6pi5mS7wjwCaOICn6SyAp+ksoPbcKwQFju6XjU/fTjX6VRKqBC7M9zt
        L987YDBAEJJul41P4OVekP3rNkLOxpFkKP6HUlgBQAQAgCX+V5ONs7/G6KucqusW9Be9TsHT0EANhRCwZd/D25S3lqWtDFec1RLa2ZLCHTEQVyFcodMl
        BXIAwAIAAAAA4e26yEjeCAQAAAAAwuPAyEjeCAcAAAABAIeTAwAAAAAALTEBAAAAAAAAAAAAAAAAAAAAAAAAAAAwAwAAAQCj2cbISN4IQAh7xshI3ggA
        AAAAAAAAgA0AAACTAgAABAUEBAQFBAQEBQQEAaAtOm6i5mS7wjkHypT3LcHWcHVnB1nB1fEnEB+9APAXf2EQH70A9BmbgNQZm4DQF39hFBmbgNQZm4DU
        GZuA0Bd/YRQZm4DUGZuAwACAZl2yLQ5WBbcZJePGi0i+kIcS8eu1489cKQrNkjP//////7blDNyugR49bXtJfPnYHzP7FkNwvCjQR4lP3DrR7lItEu4G
        jhuG4bhuMFhuG4bhudWkKGDNbGZtQQBCan752yLTrTCfvnU2ryr8aLSLxJetMOZ20vH+7GukVw5dsdqztpePUCGAQYk/fMloHEnK7lXAgML5y7Q5aAQY
        t43EeoeNL564k6gMaLOVfPqopPkKRbGkOpHAAgAIACAAgAIC2QuoAIACAAgAIFywQBMu2RaHKwLff0jSH71mzcT98yWgQ3nrhSFZsm/DP//////7YLO1
        R++Bd2GGDGizlX+z+xZDcLw78NBHiU/cOt2ZjdDhReuloMKO2V0WG4bhuG4qGDNbGZtYH/alxsEaESNszuYYNBKcF+IYqUnGkTmEy4q6zzATVr64FkuT
        LyPfLTO4KYGjXy0zuCmBoN6yBmcdXWdEXXOT7YyRQHS2E3I/McSMSlZWxLBAt99oXcJt4uf+XJJ5E+gVBAFQAAAAAAANuWkm6XjU/fgOHEnK7lVGukp+
        9cCGAIM2l++dUAwo7ZXDl5TeN43jeOwBHj1lNyqgGF85doctAEGLeNxHqsUhyL58jUAxnbI/cu7vGiTlMW9ggCoYk3S8an+3LTWdIrhy6wDBiVdMT+gC
        E/fOptXA8aLSLxJaMfvWbIsjUBwov3zMbYAgzKyqLLQDGdsj9y7l9ZsiyNIbAEO5V8xZaAY0Wcq+fUopPkKRbGgKAAAAAOHtushI3ggEAAAAAA4fvMhI
        3ggIAAAAADtQvchI3ggDAAAAAGiBvshI3ggIAAAAAJWyv8hI3ggDAAAAAMLjwMhI3ggHAAAAAO8UwshI3ggCAAAAABxGw8hI3ggHAAAAAEl3xMhI3ggC
        AAAAAHaoxchI3ggGAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIDDyQEAAAAAUQAAAAEAAAAAAAAAgAEAAAA7AAAAPPg7v6pi5mS7wjgoe2JAQQHG
        3hR64Ue0EAQkm6XjU/gQ6l0BAEuXjU/fO1gQCR1weeWfKlDpiJDo6gAUAAAAAAQAAABtb2RlAV8AAAABgAxBxshI3ggAAAAAAAD4/wQAAABhdXRvAAEA
        AAAAAAAAgAxBxshI3ggAgAxBxshI3ggAAAAAAAD4/wQAAABhdXRvAQAAAAoAAADgJmEsoyZku8IAAgAAAAEAAAAAAAEBBwAAAHVua25vd24AAAAAAAAA
        AAAAAAAAAAAAAEAIe8bISN4INQAAAAAAAAAAAAAAAAAAAAA=
        """;

    private static readonly TwinDefinition Definition = new()
    {
        Metrics = [new MetricRule { Name = "pressure" }, new MetricRule { Name = "mode", IsText = true }],
        Windows = [WindowRuns.Tumbling(10), WindowRuns.Hopping(6, 2), WindowRuns.Session(3)],
        Time = new TimeRule { AllowedLateness = TimeSpan.FromSeconds(20) },
    };

    [Fact]
    public void State_IsRead_AndTheTwinGoesOn()
    {
        var restored = new TwinEngine(Definition);
        var reader = new StateReader(Convert.FromBase64String(State));
        restored.Restore(reader);
        Assert.True(reader.IsAtEnd);
        var expected = new TwinEngine(Definition);
        Feed(expected);

        ClosedWindow[] left = Rest(restored);
        ClosedWindow[] right = Rest(expected);

        Assert.NotEmpty(right);
        Assert.Equal(right.Length, left.Length);
        foreach ((ClosedWindow one, ClosedWindow other) in left.Zip(right))
        {
            // Not the revision: a session of before that went on was not taken back.
            Assert.Equal(
                (other.Kind, other.Start, other.End, other.Aggregate.Count, other.Aggregate.Minimum, other.Aggregate.Maximum,
                    other.Aggregate.First, other.Aggregate.Last),
                (one.Kind, one.Start, one.End, one.Aggregate.Count, one.Aggregate.Minimum, one.Aggregate.Maximum,
                    one.Aggregate.First, one.Aggregate.Last));
            Assert.Equal(other.Aggregate.Sum, one.Aggregate.Sum, 1e-9);
            Assert.Equal(other.Aggregate.Variance, one.Aggregate.Variance, 1e-9);
        }
    }

    private static void Feed(TwinEngine engine)
    {
        var output = new TwinOutput();
        for (int i = 0; i < 60; i++)
        {
            DateTimeOffset time = Moments.Start.AddMilliseconds((i * 470) + (i % 9 == 0 ? 4000 : 0));
            engine.Observe(new TwinSample(0, time, time, 5.25 + (i * 0.001) - (i % 4 * 0.37)), output);
        }

        engine.Observe(new TwinSample(1, Moments.At(29), Moments.At(29), double.NaN, "auto"), output);
    }

    /// <summary>A late sample, some more, and the end of time: every window that was left is issued.</summary>
    private static ClosedWindow[] Rest(TwinEngine engine)
    {
        var output = new TwinOutput();
        foreach (double second in new[] { 21.1, 31, 33, 47, 900 })
        {
            engine.Observe(new TwinSample(0, Moments.At(second), Moments.At(second), second / 7), output);
        }

        return [.. output.Windows];
    }
}

using FsCheck;
using FsCheck.Fluent;

namespace Millwright.Grains.Tests.Core;

/// <summary>Runs properties from a fixed seed, so that a run in CI is the run at home; a failure prints the shrunk case.</summary>
internal static class Properties
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithReplay(20_260_101, 3).WithMaxTest(100);

    public static void Hold<T>(Gen<T> generator, Func<T, bool> property, int cases = 100) =>
        Check.One(Fixed.WithMaxTest(cases), Prop.ForAll(generator.ToArbitrary(), property));
}

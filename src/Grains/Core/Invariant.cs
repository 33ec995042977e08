using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Millwright.Core;

/// <summary>
/// What must hold, checked in Release too. A broken invariant is our bug: the grain deactivates and reloads from its store.
/// </summary>
public static class Invariant
{
    [StackTraceHidden]
    public static void Holds([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string claim = "")
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Invariant broken: {claim}");
        }
    }
}

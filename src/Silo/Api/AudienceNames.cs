using System.Collections.Immutable;
using Millwright.Alerts;

namespace Millwright.Silo.Api;

internal static class AudienceNames
{
    public static ImmutableArray<string> Of(Audiences audiences) =>
        [.. new[] { Audiences.Maintenance, Audiences.Quality, Audiences.Energy }.Where(a => audiences.HasFlag(a))
            .Select(a => a.ToString().ToLowerInvariant())];
}

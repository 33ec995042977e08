using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Feed;

/// <summary>What every part of the feeder needs.</summary>
internal sealed record FeedRuntime(FeedOptions Options, FeedInstruments Instruments, TimeProvider Time, Random Random, ILogger Logger);

/** Words of grouping and sorting the queue. */
import type { DeskWords } from '../../locales/words.ts'

const zhCN = {
  queueOrder: {
    group: '分组',
    sort: '排序',
    groups: {
      none: '不分组',
      class: '类别',
      grid: '网格',
      station: '工作站',
      state: '状态',
      channel: '来源',
      assignee: '承办',
    },
    sorts: { due: '剩余时间', newest: '最新上报', class: '类别', place: '地点' },
    dueOfOpen: '督办、剩余时间',
    dueOfAll: '最新上报',
    allFixed: '“全部”总按上报时间排，不分组',
    groupBy: {
      none: '不分组',
      class: '按类别分组',
      grid: '按网格分组',
      station: '按工作站分组',
      state: '按状态分组',
      channel: '按来源分组',
      assignee: '按承办单位分组',
    },
    sortBy: { due: '按剩余时间排序', newest: '按上报时间排序，新的在前', class: '按类别排序', place: '按地点排序' },
    nobody: '尚未派遣',
    without: '没有',
    fold: '收起、展开一组',
    foldAll: '全部收起、全部展开',
    chooseGroup: '组头上：选择本组眼前的案件',
  },
  shortcuts: { groups: { order: '分组与排序' } },
}

const en: typeof zhCN = {
  queueOrder: {
    group: 'Group',
    sort: 'Sort',
    groups: {
      none: 'none',
      class: 'class',
      grid: 'grid',
      station: 'station',
      state: 'state',
      channel: 'channel',
      assignee: 'assignee',
    },
    sorts: { due: 'time left', newest: 'newest', class: 'class', place: 'place' },
    dueOfOpen: 'supervised, time left',
    dueOfAll: 'newest',
    allFixed: 'All cases stand by time of report, without groups',
    groupBy: {
      none: 'No groups',
      class: 'Group by class',
      grid: 'Group by grid',
      station: 'Group by station',
      state: 'Group by state',
      channel: 'Group by channel',
      assignee: 'Group by assignee',
    },
    sortBy: {
      due: 'Sort by time left',
      newest: 'Sort by time of report, newest first',
      class: 'Sort by class',
      place: 'Sort by place',
    },
    nobody: 'Not dispatched yet',
    without: 'none',
    fold: 'Fold, unfold a group',
    foldAll: 'Fold, unfold all groups',
    chooseGroup: 'On a head: choose the cases of the group at hand',
  },
  shortcuts: { groups: { order: 'Order' } },
}

export const orderWords: DeskWords = { 'zh-CN': zhCN, en }
